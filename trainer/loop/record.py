# SPDX-License-Identifier: Apache-2.0
"""What a run tells while it goes: a line on the console, TensorBoard, and sample pictures."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from restorer_app.engine.files.atomic import atomic_write
from trainer.data.photos import Image
from trainer.loop.activity import UnitActivity

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

SAMPLES, SCORES = "samples.png", "scores.jsonl"


def describe_duration(seconds: float) -> str:
    """Hours and minutes, or minutes and seconds, for a person."""
    whole = max(0, round(seconds))
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 60}:{whole % 60:02d} min"


def make_grid(rows: list[list[Tensor]]) -> Image:
    """Pictures (3, h, w) in [0, 1], side by side, one row under the other, to RGB uint8.

    Smaller ones are enlarged to the largest height and width without smoothing.
    """
    tensors = [image for row in rows for image in row]
    height = max(image.shape[1] for image in tensors)
    width = max(image.shape[2] for image in tensors)
    lines = []
    for row in rows:
        fitted = [
            F.interpolate(image[None].float().cpu(), (height, width), mode="nearest")[0]
            for image in row
        ]
        lines.append(torch.cat([F.pad(image, (1, 1, 1, 1)) for image in fitted], dim=2))
    grid = torch.cat(lines, dim=1).clamp(0, 1).mul(255).round().to(torch.uint8)
    return np.ascontiguousarray(grid.permute(1, 2, 0).numpy())


def write_png(path: Path, image: Image) -> None:
    """Write RGB uint8 atomically.

    Raises:
        OSError: not writable or the disk is full.
    """
    data = cv2.imencode(".png", image[:, :, ::-1])[1]
    with atomic_write(path) as file:
        file.write(data.tobytes())


class RunRecord:
    """Writes what the main process of a run has to tell."""

    def __init__(self, folder: Path, every_s: float, report: Callable[[str], None]) -> None:
        """Open the record.

        Args:
            folder: the run's folder; TensorBoard goes below it.
            every_s: seconds between lines.
            report: receives the lines.
        """
        self._folder, self._every_s, self._report = folder, every_s, report
        self._last_s = time.monotonic()
        self._last_step = -1
        self._sums: dict[str, float] = {}
        self._count = 0
        self._scores = ""

    @cached_property
    def _board(self) -> SummaryWriter:
        """TensorBoard's file, from the first number on: a run that is only timed has none."""
        # tensorboard is slow to import and talks about missing TensorFlow.
        logging.getLogger("tensorboard").setLevel(logging.ERROR)
        from torch.utils.tensorboard import SummaryWriter

        return SummaryWriter(str(self._folder / "tensorboard"))

    def step(
        self, step: int, values: Mapping[str, float], share: float, elapsed_s: float, rate: float
    ) -> bool:
        """Take in the numbers of one step; write their means when it is time.

        Args:
            step: steps done.
            values: losses, norms, accuracies by name.
            share: of the run's budget, in [0, 1].
            elapsed_s: training time so far.
            rate: factor of the learning rates.

        Returns:
            Whether a line was written.
        """
        for name, value in values.items():
            self._sums[name] = self._sums.get(name, 0.0) + value
        self._count += 1
        if self._last_step < 0:
            self._last_step = step - 1
        now = time.monotonic()
        if now - self._last_s < self._every_s:
            return False
        means = {name: value / self._count for name, value in self._sums.items()}
        speed = (step - self._last_step) / (now - self._last_s)
        left = describe_duration(elapsed_s * (1 / share - 1)) if share > 0 else "?"
        numbers = " ".join(f"{name} {value:.4g}" for name, value in means.items())
        self._report(
            f"step {step} ({share:.1%}) {describe_duration(elapsed_s)}, {left} left, "
            f"{speed:.2f}/s, rate x{rate:.3f} | {numbers}{self._scores}"
        )
        for name, value in {**means, "steps_per_second": speed, "rate": rate}.items():
            self._board.add_scalar(f"train/{name}", value, step)
        self._board.flush()
        self._last_s, self._last_step = now, step
        self._sums, self._count = {}, 0
        return True

    def validation(
        self,
        step: int,
        elapsed_s: float,
        scores: Mapping[str, float],
        rows: list[list[Tensor]],
        unit: str,
    ) -> None:
        """Write validation scores in `unit` and rows of before, after, target."""
        numbers = describe_scores(scores, unit)
        if numbers:
            self._scores = f" | {numbers}"
            self._report(f"step {step} validation: {numbers}")
        line = {"step": step, "minutes": round(elapsed_s / 60, 2), **scores}
        with (self._folder / SCORES).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        for name, value in scores.items():
            self._board.add_scalar(f"validation/{name}", value, step)
        if rows:
            grid = make_grid(rows)
            self._board.add_image("samples", grid, step, dataformats="HWC")
            write_png(self._folder / SAMPLES, grid)
        self._board.flush()

    def units(self, step: int, activity: UnitActivity, limit: float) -> None:
        """How many hidden units are straight; said where more than `limit`, a share, of them are.

        Nothing is undone for it: such a network still learns, only not far.
        """
        share = activity.straight_share
        if share is None:
            return
        self._board.add_scalar("validation/straight units", share, step)
        if share > limit:
            self.say(
                f"silent units at step {step}: {share:.0%} of the hidden channels stay on one side "
                "of their activation for every held-out pixel; a lower learning rate, or "
                "full_rate_fan_in, keeps them alive"
            )

    def say(self, sentence: str) -> None:
        """Write one line."""
        self._report(sentence)

    def close(self) -> None:
        """Finish the TensorBoard file."""
        self._board.close()


def describe_scores(scores: Mapping[str, float], unit: str) -> str:
    """Scores for a person: "noise15 30.2 dB, noise25 27.9 dB" or, without a unit, "f1 0.871"."""
    places = 2 if unit else 3
    return ", ".join(f"{name} {value:.{places}f} {unit}".rstrip() for name, value in scores.items())
