# SPDX-License-Identifier: Apache-2.0
"""The training loop: data, generator step, clip, schedule, EMA, log, validate, save."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from restorer_app.engine.errors import TrainingDivergedError
from restorer_app.engine.progress import CancelToken, NoProgress, Progress
from trainer.config import Recipe, ScheduleConfig
from trainer.ema import MovingAverage
from trainer.generators import GeneratorPlayer, build_generator
from trainer.losses import ContentLoss, psnr
from trainer.optimizers import make_optimizers, scale_rates
from trainer.schedule import Schedule
from trainer.snapshot import read_snapshot, write_snapshot
from trainer.tasks import Batch, Task, make_task, seeded_generator

LAST, BEST = "last.ckpt", "best.ckpt"


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        step: generator steps done in all.
        minutes: training time in all.
        scores: the last validation, by name, in dB.
        reason: why it ended, for a person.
        checkpoint: the full state, to resume or export.
    """

    step: int
    minutes: float
    scores: dict[str, float]
    reason: str
    checkpoint: Path


class Training:
    """One run of one recipe."""

    def __init__(
        self,
        recipe: Recipe,
        fabric: Fabric,
        folder: Path,
        *,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
        report: Callable[[str], None] = print,
        task: Task | None = None,
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.fabric, self.folder = recipe, fabric, folder
        self.progress, self.cancel = progress or NoProgress(), cancel or CancelToken()
        self.report = report
        network = build_generator(recipe.generator)
        self.task = task or make_task(recipe)
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.player = fabric.setup_module(
            GeneratorPlayer(self.network, recipe.generator.true_condition_probability)
        )
        self.optimizers = make_optimizers(self.network, recipe.optimizer)
        self.schedule = Schedule(recipe.schedule)
        self.content_loss = ContentLoss(recipe.loss).to(fabric.device)
        self.ema = MovingAverage(self.network, recipe.ema.decay)
        self.step = 0
        self.samples = 0
        self.elapsed_s = 0.0
        self.best_score = float("-inf")
        self.scores: dict[str, float] = {}

    # ------------------------------------------------------------------ the loop

    def fit(self) -> Outcome:
        """Train until the budget is spent.

        Raises:
            TrainingDivergedError: NaN or infinity; the last good checkpoint is kept.
            Cancelled: the token was set; the state is saved first.
        """
        self._start_clock()
        while not self._finished():
            self._check_cancelled()
            losses = self._generator_step()
            self.ema.update(self.network)
            self.step += 1
            self._log(losses)
            if self.step % self.recipe.validation.every_steps == 0:
                self._validate()
            self._save_if_due()
        self._validate()
        self.save()
        return Outcome(
            self.step, self.elapsed_s / 60, self.scores, "budget spent", self.folder / LAST
        )

    def _generator_step(self) -> dict[str, float]:
        self._set_rates()
        micro_steps = self.recipe.run.accumulation
        total: dict[str, float] = {}
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        for _ in range(micro_steps):
            batch = self._next_batch()
            losses = self._generator_losses(batch)
            self.fabric.backward(torch.stack(list(losses.values())).sum() / micro_steps)
            for name, value in losses.items():
                total[name] = total.get(name, 0.0) + float(value.detach()) / micro_steps
        total["gradient_norm"] = self._clip(self.network, self.recipe.optimizer.clip_norm)
        for optimizer in self.optimizers:
            optimizer.step()
        return total

    def _generator_losses(self, batch: Batch) -> dict[str, Tensor]:
        generator = seeded_generator(self.fabric.device, self.recipe.seed, self.samples, 1)
        restored, estimate = self.player(batch, generator)
        losses: dict[str, Tensor] = self.content_loss(restored, batch.target)
        if estimate is not None and batch.vector is not None and self.recipe.loss.degradation:
            error = (estimate - batch.vector).abs().mean()
            losses["degradation"] = self.recipe.loss.degradation * error
        return losses

    def _clip(self, network: nn.Module, limit: float) -> float:
        """Scale the gradients down to `limit`; returns their norm before that.

        Raises:
            TrainingDivergedError: the norm is not finite. No weight has been touched by it.
        """
        norm = torch.nn.utils.clip_grad_norm_(network.parameters(), limit or float("inf"))
        value = float(norm)
        if not torch.isfinite(norm):
            raise TrainingDivergedError(
                f"Training '{self.recipe.name}' diverged at step {self.step}: the gradient is "
                f"{value}. The last good checkpoint is kept; lower the learning rate."
            )
        return value

    # ------------------------------------------------------------------ data, time

    def _next_batch(self) -> Batch:
        """This process's share of the next global batch."""
        size = self.recipe.data.batch
        start = self.samples + self.fabric.global_rank * size
        self.samples += size * self.fabric.world_size
        return self.task.batch(range(start, start + size), self.fabric.device)

    def _start_clock(self) -> None:
        now = time.monotonic()
        self._clock_s, self._saved_s, self._logged_s = now, now, now
        self._logged_step = self.step

    def _tick(self) -> None:
        """Add the time since the last tick to the training time; the same in every process."""
        now = time.monotonic()
        self.elapsed_s += now - self._clock_s
        self._clock_s = now
        if self.fabric.world_size > 1:
            self.elapsed_s = float(self.fabric.broadcast(self.elapsed_s))

    def run_share(self, clock: str = "") -> float:
        """Share of the budget used, in [0, 1]: by "steps", by "time", or whichever is larger."""
        run = self.recipe.run
        by_steps = self.step / run.steps if run.steps else 0.0
        by_time = self.elapsed_s / (60 * run.max_minutes) if run.max_minutes else 0.0
        shares = {"steps": by_steps, "time": by_time, "": max(by_steps, by_time)}
        return min(1.0, shares[clock])

    def _finished(self) -> bool:
        self._tick()
        return self.run_share() >= 1

    def _set_rates(self) -> None:
        config: ScheduleConfig = self.recipe.schedule
        factor = self.schedule.factor(self.step, self.run_share(config.clock))
        scale_rates(self.optimizers, factor)

    def _check_cancelled(self) -> None:
        if self.cancel.is_cancelled:
            self.save()
            self.cancel.check()

    # ------------------------------------------------------------------ log, validate, save

    def _log(self, losses: dict[str, float]) -> None:
        now = time.monotonic()
        if now - self._logged_s < self.recipe.run.log_seconds or not self.fabric.is_global_zero:
            return
        rate = (self.step - self._logged_step) / (now - self._logged_s)
        self._logged_s, self._logged_step = now, self.step
        share = max(self.run_share(), 1e-9)
        left_min = self.elapsed_s * (1 / share - 1) / 60
        parts = " ".join(f"{name} {value:.4f}" for name, value in losses.items())
        scores = " ".join(f"{name} {value:.2f}" for name, value in self.scores.items())
        self.report(
            f"step {self.step} {share:6.1%} {self.elapsed_s / 60:.1f} min, {left_min:.1f} left, "
            f"{rate:.2f}/s | {parts} | {scores}"
        )
        self.progress.update(share, f"{self.recipe.name}: step {self.step}")

    @torch.inference_mode()
    def _validate(self) -> None:
        if self.fabric.is_global_zero:
            values: dict[str, list[float]] = {}
            for name, batch in self.task.validation(self.fabric.device):
                restored = self.ema.network(batch.source)
                values.setdefault(name, []).append(psnr(restored, batch.target))
            self.scores = {name: sum(v) / len(v) for name, v in values.items()}
            self.report(f"step {self.step} validation {self.scores}")
            score = next(iter(self.scores.values()), float("-inf"))
            if score > self.best_score:
                self.best_score = score
                best = {"recipe": dataclasses.asdict(self.recipe), "ema": self.ema.state_dict()}
                write_snapshot(self.folder / BEST, {**best, "step": self.step, "score": score})
        self.fabric.barrier()

    def _save_if_due(self) -> None:
        if time.monotonic() - self._saved_s >= self.recipe.run.checkpoint_seconds:
            self.save()

    def save(self) -> None:
        """Write the full state; every process waits until it is on disk."""
        self._saved_s = time.monotonic()
        if self.fabric.is_global_zero:
            write_snapshot(self.folder / LAST, self.state_dict())
        self.fabric.barrier()

    # ------------------------------------------------------------------ state

    def state_dict(self) -> dict[str, Any]:
        """Everything that a resumed run needs to go on as if it had not stopped."""
        return {
            "recipe": dataclasses.asdict(self.recipe),
            "step": self.step,
            "samples": self.samples,
            "elapsed_s": self.elapsed_s,
            "best_score": self.best_score,
            "scores": self.scores,
            "generator": self.network.state_dict(),
            "ema": self.ema.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "schedule": self.schedule.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned."""
        self.step, self.samples = state["step"], state["samples"]
        self.elapsed_s, self.best_score = state["elapsed_s"], state["best_score"]
        self.scores = state["scores"]
        self.network.load_state_dict(state["generator"])
        self.ema.load_state_dict(state["ema"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.schedule.load_state_dict(state["schedule"])

    def resume(self) -> bool:
        """Go on from the folder's checkpoint; False where there is none."""
        path = self.folder / LAST
        if path.is_file():
            self.load_state_dict(read_snapshot(path))
            return True
        return False
