# SPDX-License-Identifier: Apache-2.0
"""Watches a run and names what goes wrong with it."""

from __future__ import annotations

import math
import statistics
from collections import deque
from dataclasses import dataclass
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from trainer.recipe.run import MonitorConfig

Sickness = Literal["vanishing gradient", "exploding gradient", "mode collapse"]


@dataclass(frozen=True)
class Observation:
    """One step as the monitor sees it; None where the recipe has no such thing.

    Attributes:
        generator_norm: 2-norm of the generator's gradient before clipping.
        discriminator_norm: likewise.
        accuracy: share of pictures that the discriminator tells right.
        generated_diversity: see `diversity`, of the generated pictures.
        real_diversity: see `diversity`, of the targets.
    """

    generator_norm: float
    discriminator_norm: float | None = None
    accuracy: float | None = None
    generated_diversity: float | None = None
    real_diversity: float | None = None


@dataclass(frozen=True)
class Finding:
    """A sickness and the numbers that it was recognised by.

    Attributes:
        sickness: its name.
        evidence: one sentence for a person.
    """

    sickness: Sickness
    evidence: str


def diversity(images: Tensor) -> float | None:
    """How different the pictures of a batch are: standard deviation over the batch, averaged.

    Taken on 8 x 8 thumbnails, so that noise alone does not count as variety.

    Args:
        images: (N, 3, H, W).

    Returns:
        A number in units of the pictures; None for a single picture.
    """
    if len(images) < 2:
        return None
    with torch.no_grad():
        thumbnails = F.adaptive_avg_pool2d(images.float(), 8)
        return float(thumbnails.std(0).mean())


class Monitor:
    """Looks at the last `window` steps. Nothing is said before a window is full.

    Sources of the signs: a discriminator that always wins gives no gradient (Arjovsky and Bottou
    2017, arXiv:1701.04862, theorem 2.4); statistics over the batch betray collapse (Salimans et
    al. 2016, arXiv:1606.03498, section 3.2).
    """

    _NAMES = ("generator_norm", "discriminator_norm", "accuracy", "diversity_ratio")

    def __init__(self, config: MonitorConfig, *, has_threshold: bool) -> None:
        """Start with an empty history.

        Args:
            config: the recipe's table.
            has_threshold: whether the discriminator has one; a Wasserstein critic has none, and
                should win.
        """
        self._config = config
        self._has_threshold = has_threshold
        self._history = {name: deque[float](maxlen=config.window) for name in self._NAMES}

    def observe(self, step: int, seen: Observation) -> Finding | None:
        """Take one step into the history; what is wrong now, or None.

        Nothing is looked at before `start_step`: new networks draw grey on grey and lose or win
        by chance.
        After a finding the history starts anew, so that one illness is reported once per window.
        """
        if step < self._config.start_step:
            return None
        ratio = None
        if seen.generated_diversity is not None and seen.real_diversity:
            ratio = seen.generated_diversity / seen.real_diversity
        values = (seen.generator_norm, seen.discriminator_norm, seen.accuracy, ratio)
        for name, value in zip(self._NAMES, values, strict=True):
            if value is not None:
                self._history[name].append(value)
        finding = self._exploding() or self._vanishing() or self._collapse()
        if finding is not None:
            self.clear()
        return finding

    def clear(self) -> None:
        """Forget the history."""
        for values in self._history.values():
            values.clear()

    def _full(self, name: str) -> list[float]:
        values = self._history[name]
        return list(values) if len(values) == self._config.window else []

    def _exploding(self) -> Finding | None:
        for name in ("generator_norm", "discriminator_norm"):
            values = self._full(name)
            if not values:
                continue
            limit = self._config.burst_factor * max(statistics.median(values), 1e-8)
            bursts = [value for value in values if value > limit]
            if len(bursts) >= self._config.burst_count:
                return Finding(
                    "exploding gradient",
                    f"{len(bursts)} of the last {len(values)} gradient norms of the "
                    f"{name.partition('_')[0]} were above {limit:.3g}, "
                    f"the largest {max(bursts):.3g}",
                )
        return None

    def _vanishing(self) -> Finding | None:
        values = self._full("accuracy")
        if not values or not self._has_threshold:
            return None
        mean = math.fsum(values) / len(values)
        if mean < self._config.winning_accuracy:
            return None
        return Finding(
            "vanishing gradient",
            f"the discriminator was right {mean:.1%} of the time over {len(values)} steps",
        )

    def _collapse(self) -> Finding | None:
        values = self._full("diversity_ratio")
        if not values:
            return None
        ratio = statistics.median(values)
        if ratio >= self._config.diversity_fraction:
            return None
        return Finding(
            "mode collapse",
            f"generated pictures differ among each other only {ratio:.1%} as much as real ones",
        )

    def state_dict(self) -> dict[str, Any]:
        """The history."""
        return {name: list(values) for name, values in self._history.items()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned."""
        for name, values in self._history.items():
            values.clear()
            values.extend(state.get(name, []))
