# SPDX-License-Identifier: Apache-2.0
"""Threads between the window and the engine; QtCore only."""

from __future__ import annotations

from restorer_app.immortal_none import protect_none

protect_none()
