# SPDX-License-Identifier: Apache-2.0
"""Turns what a run does into events, obeys the commands, and ends what no longer gains."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from restorer_app.engine.core.progress import CancelToken
from trainer.fine_tuning.pairs.comparison import F1, side_by_side
from trainer.fine_tuning.run.built_in import BuiltInValidation
from trainer.fine_tuning.run.control import RunControl
from trainer.fine_tuning.run.events import EventWriter
from trainer.loop.listener import Listener, WatchedRun
from trainer.loop.record import write_png

PREVIEW_FILE = "preview.png"
_EVENT_S = 0.25
PATIENCE = 8
"""So many validations without a gain, in the second half of a run, end it."""


class RunWatcher(Listener):
    """Obeys the commands and tells the steps."""

    def __init__(self, events: EventWriter, control: RunControl) -> None:
        """Begin.

        Args:
            events: told everything.
            control: obeyed.
        """
        self._events, self._control = events, control
        self._last_s = 0.0

    @property
    def cancel(self) -> CancelToken:
        """Ends the run at once, saved."""
        return self._control.cancel

    def before_step(self, training: WatchedRun) -> None:
        """See `Listener`."""
        if self._control.is_paused:
            # A run that waits for days may be killed meanwhile.
            training.save()
            self._events.write("state", state="paused")
            self._control.wait()
            training.budget.start()
            self._events.write("state", state="running")
        if self._control.is_stopping:
            self._events.write("state", state="stopping")
            training.finish("it was stopped")

    def after_step(self, training: WatchedRun, numbers: Mapping[str, float]) -> None:
        """See `Listener`."""
        now = time.monotonic()
        if now - self._last_s < _EVENT_S:
            return
        self._last_s = now
        share = training.budget.share(training.step)
        elapsed_s = training.budget.elapsed_s
        loss = sum(value for name, value in numbers.items() if name != "g_norm")
        self._events.write(
            "step",
            step=training.step,
            share=round(share, 5),
            seconds_left=round(elapsed_s * (1 / share - 1), 1) if share > 0 else None,
            loss=loss,
        )


class Watcher(RunWatcher):
    """The listener of a fine-tuning run."""

    def __init__(
        self,
        events: EventWriter,
        control: RunControl,
        folder: Path,
        built_in: BuiltInValidation,
        shipped: tuple[float, float],
    ) -> None:
        """Begin.

        Args:
            events: told everything.
            control: obeyed.
            folder: the job's, for the preview.
            built_in: measured at each validation.
            shipped: of the shipped network, the score on the held-out pairs and the built-in loss.
        """
        super().__init__(events, control)
        self._folder, self._built_in = folder, built_in
        self._shipped_score, self._shipped_loss = shipped
        self._best_score = float("-inf")
        self._stale = 0

    def after_validation(self, training: WatchedRun, rows: list[list[Tensor]]) -> None:
        """See `Listener`."""
        held_out = training.scores["held_out"]
        unit = training.task.unit.lower() or F1
        preview = self._folder / PREVIEW_FILE
        shown = [image.permute(1, 2, 0).float().cpu().numpy() for image in rows[0]]
        write_png(preview, side_by_side(shown))
        self._events.write(
            "validation",
            step=training.step,
            **{f"held_out_{unit}": held_out, f"held_out_{unit}_shipped": self._shipped_score},
            built_in_loss=self._built_in.loss(training.ema.network),
            built_in_loss_shipped=self._shipped_loss,
            preview=str(preview),
        )
        self._stale = 0 if held_out > self._best_score else self._stale + 1
        self._best_score = max(self._best_score, held_out)
        if self._stale >= PATIENCE and training.budget.share(training.step) > 0.5:
            training.finish("the held-out pairs gain no more")
