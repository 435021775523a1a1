# SPDX-License-Identifier: Apache-2.0
"""Who watches a run from outside: a window, a command line. The main process alone calls it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from torch import Tensor

if TYPE_CHECKING:
    from trainer.loop import Training


class Listener:
    """Ignores everything; the default where nobody listens."""

    def before_step(self, training: Training) -> None:
        """May wait (a pause does not count as training time) or call `training.finish`."""

    def after_step(self, training: Training, numbers: Mapping[str, float]) -> None:
        """Told the losses of a step by name."""

    def after_validation(self, training: Training, rows: list[list[Tensor]]) -> None:
        """Told when `training.scores` are new.

        Args:
            training: the run; its `ema.network` was measured.
            rows: pictures (3, h, w) in [0, 1]: before, now, target.
        """
