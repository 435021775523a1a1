# SPDX-License-Identifier: Apache-2.0
"""The window. Importing it does not import torch."""

from __future__ import annotations

from restorer_app.immortal_none import protect_none

protect_none()
