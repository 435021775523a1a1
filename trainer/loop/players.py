# SPDX-License-Identifier: Apache-2.0
"""A network in training with what moves it, optimizers, schedule, clipping, and what it made."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from restorer_app.engine.core.errors import TrainingDivergedError
from trainer.data.batches import Batch
from trainer.loop.optimizers import make_optimizers, scale_rates
from trainer.loop.schedule import Schedule
from trainer.recipe.learning import OptimizerConfig, ScheduleConfig


@dataclass(frozen=True)
class Move:
    """What the generator made in a micro-step; the discriminator looks at it next."""

    batch: Batch
    restored: Tensor


class Player:
    """One side of the game.

    Attributes:
        name: for messages.
        network: the bare network.
        module: what is called in training: the network inside its player module, wrapped for
            several processes.
        schedule: of its learning rates.
    """

    def __init__(
        self,
        name: str,
        network: nn.Module,
        module: Any,
        optimizer: OptimizerConfig,
        schedule: ScheduleConfig,
    ) -> None:
        self.name, self.network, self.module = name, network, module
        self.schedule = Schedule(schedule)
        self.clock = schedule.clock
        self._clip_norm = optimizer.clip_norm or math.inf
        self._optimizers = make_optimizers(network, optimizer)

    def set_rate(self, factor: float) -> None:
        """Set all learning rates to their largest values times `factor`."""
        scale_rates(self._optimizers, factor)

    def clear_gradients(self) -> None:
        """Forget the gradients of the step before."""
        for optimizer in self._optimizers:
            optimizer.zero_grad(set_to_none=True)

    def move(self) -> float:
        """Clip the gradients and take one optimizer step.

        Returns:
            The 2-norm of the gradient before clipping.

        Raises:
            TrainingDivergedError: the norm is not finite; no weight has been touched.
        """
        norm = float(torch.nn.utils.clip_grad_norm_(self.network.parameters(), self._clip_norm))
        if not math.isfinite(norm):
            raise TrainingDivergedError(f"the {self.name}'s gradient is {norm}")
        for optimizer in self._optimizers:
            optimizer.step()
        return norm

    def state_dict(self) -> dict[str, Any]:
        """Weights, optimizers and schedule."""
        return {
            "network": self.network.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self._optimizers],
            "schedule": self.schedule.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned."""
        self.network.load_state_dict(state["network"])
        for optimizer, saved in zip(self._optimizers, state["optimizers"], strict=True):
            # The largest rates are the recipe's business, not the checkpoint's.
            largest = [group["base_lr"] for group in optimizer.param_groups]
            optimizer.load_state_dict(saved)
            for group, rate in zip(optimizer.param_groups, largest, strict=True):
                group["base_lr"] = rate
        self.schedule.load_state_dict(state["schedule"])
