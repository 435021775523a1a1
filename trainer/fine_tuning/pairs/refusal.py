# SPDX-License-Identifier: Apache-2.0
"""Why two pictures cannot be learnt from."""

from __future__ import annotations

from restorer_app.engine.core.errors import TrainingDataError


class PairRefusedError(TrainingDataError):
    """The two pictures do not show the same thing, or are the same file; says which."""
