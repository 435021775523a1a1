# SPDX-License-Identifier: Apache-2.0
"""The training loop. `Training.fit` reads top to bottom; everything else is its vocabulary."""

from __future__ import annotations

import copy
import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor

from restorer_app.engine.core.errors import IncompatibleCheckpointError, TrainingDivergedError
from restorer_app.engine.core.progress import CancelToken, NoProgress, Progress
from trainer.data.batches import Batch, seeded_generator
from trainer.loop.activity import watch_units
from trainer.loop.budget import Budget
from trainer.loop.ema import MovingAverage
from trainer.loop.generators import GeneratorPlayer, build_generator, complete_options
from trainer.loop.listener import Listener
from trainer.loop.monitor import Finding, Monitor, Observation, diversity
from trainer.loop.optimizers import freeze
from trainer.loop.players import Move, Player
from trainer.loop.record import RunRecord, describe_scores
from trainer.loop.snapshot import (
    BEST,
    LAST,
    PREVIOUS,
    latest_snapshot,
    read_snapshot,
    write_snapshot,
)
from trainer.loop.validation import validate
from trainer.objectives.adversarial import (
    DiscriminatorPlayer,
    around_holes,
    generator_loss,
    with_context,
)
from trainer.objectives.discriminator import build_discriminator
from trainer.objectives.losses import estimate_loss
from trainer.recipe.recipe import Recipe
from trainer.tasks.catalogue import make_objective, make_task, task_kind
from trainer.tasks.task import Task


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        step: generator steps done in all.
        minutes: training time in all.
        scores: the last validation, by name, in the unit of the task.
        reason: why it ended, for a person.
        checkpoint: the full state, to resume or export.
    """

    step: int
    minutes: float
    scores: dict[str, float]
    reason: str
    checkpoint: Path


class Training:
    """One run of one recipe, in one process of possibly several."""

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
        listener: Listener | None = None,
    ) -> None:
        torch.manual_seed(recipe.seed)
        network = build_generator(recipe.generator)
        task_kind(recipe).prepare(network)
        options = complete_options(network, recipe.generator.options)
        self.recipe = recipe = dataclasses.replace(
            recipe, generator=dataclasses.replace(recipe.generator, options=options)
        )
        self.fabric, self.folder = fabric, folder
        self.progress, self.cancel = progress or NoProgress(), cancel or CancelToken()
        self.listener = listener or Listener()
        self.task = task or make_task(recipe)
        self.network = network.to(fabric.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.generator = self._make_generator()
        self.discriminator = self._make_discriminator() if recipe.adversarial.weight else None
        self.objective = make_objective(recipe, self.task).to(fabric.device)
        self.ema = MovingAverage(self.network, recipe.ema.decay)
        has_threshold = recipe.adversarial.kind != "wasserstein"
        self.monitor = Monitor(recipe.monitor, has_threshold=has_threshold)
        self.step = self.samples = self.discriminator_steps = self.recoveries = 0
        self.budget = Budget(recipe.run)
        self.rate_scale = 1.0
        self.best_score = float("-inf")
        self.scores: dict[str, float] = {}
        self._validated_step = -1
        self._shown_share = 0.0
        self._stop_reason = ""
        folder.mkdir(parents=True, exist_ok=True)
        is_main = fabric.is_global_zero
        self.record = RunRecord(folder, recipe.run.log_seconds, report) if is_main else None

    def _make_generator(self) -> Player:
        recipe = self.recipe
        freeze(self.network, recipe.optimizer)
        player = GeneratorPlayer(self.network, recipe.generator.true_condition_probability)
        module = self.fabric.setup_module(player)
        return Player("generator", self.network, module, recipe.optimizer, recipe.schedule)

    def _make_discriminator(self) -> Player:
        recipe = self.recipe
        channels = 6 if recipe.adversarial.conditional else 3
        network = build_discriminator(recipe.discriminator, channels, recipe.data.crop_px)
        network.to(self.fabric.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        module = self.fabric.setup_module(DiscriminatorPlayer(network, recipe.adversarial))
        optimizer, schedule = recipe.discriminator_optimizer, recipe.discriminator_schedule
        return Player("discriminator", network, module, optimizer, schedule)

    # ------------------------------------------------------------------ the loop

    def fit(self) -> Outcome:
        """Train until the budget is spent or the monitor stops the run.

        Raises:
            TrainingDivergedError: NaN or infinity, and no recovery is left; the last good
                checkpoint is kept.
            Cancelled: the token was set; the state is saved first.
        """
        self.budget.start()
        self._saved_s = time.monotonic()
        while not self._finished():
            if self.record is not None:
                self.listener.before_step(self)
            self._check_cancelled()
            try:
                rate = self._set_rates()
                moves, numbers = self._move_all()
                self.step += 1
            except TrainingDivergedError as error:
                self._recover_or_raise(error)
                continue
            self._watch(moves[-1], numbers)
            self._log(numbers, rate)
            if self.step % self.recipe.validation.every_steps == 0:
                self._validate()
            self._save_if_due()
        if self._validated_step != self.step:
            self._validate()
        self.save()
        if self.record is not None:
            self.record.close()
        reason = self._stop_reason or "the budget is spent"
        minutes = self.budget.elapsed_s / 60
        return Outcome(self.step, minutes, self.scores, reason, self.folder / LAST)

    def finish(self, reason: str) -> None:
        """End the run after the coming step, validated and saved; from a listener."""
        self._stop_reason = reason

    def time_steps(self, count: int) -> float:
        """Seconds per step, the mean of `count` after a first one; all of them are taken back."""
        before = copy.deepcopy(self.state_dict())
        self._set_rates()
        self._move_all()
        started_s = time.perf_counter()
        for _ in range(count):
            # Its loss is a number by now: whatever the device computes is done.
            self._move_all()
        taken_s = (time.perf_counter() - started_s) / count
        self.load_state_dict(before)
        return taken_s

    def _move_all(self) -> tuple[list[Move], dict[str, float]]:
        """One step of both players and of the average."""
        moves, numbers = self._generator_step()
        if self.discriminator is not None:
            numbers |= self._discriminator_step(moves)
        self.ema.update(self.network)
        return moves, numbers

    def _generator_step(self) -> tuple[list[Move], dict[str, float]]:
        """One step of the generator over all micro-batches."""
        count = self.recipe.run.accumulation
        numbers: dict[str, float] = {}
        moves: list[Move] = []
        self.generator.clear_gradients()
        for part in range(count):
            batch = self._next_batch()
            with self.fabric.no_backward_sync(self.generator.module, enabled=part < count - 1):
                restored, losses = self._generator_losses(batch)
                self.fabric.backward(torch.stack(list(losses.values())).sum() / count)
            moves.append(Move(batch, restored.detach()))
            _add_means(numbers, losses, count)
        numbers["g_norm"] = self.generator.move()
        return moves, numbers

    def _generator_losses(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        recipe = self.recipe
        draw = torch.rand(
            len(batch.target), 1, generator=self._random(1), device=self.fabric.device
        )
        restored, estimate = self.generator.module(batch.inputs, batch.vector, draw)
        losses: dict[str, Tensor] = {}
        if batch.is_pair:
            losses = self.objective(restored, batch)
        if estimate is not None and batch.vector is not None and recipe.loss.degradation:
            error = estimate_loss(estimate, batch.vector)
            losses["degradation"] = recipe.loss.degradation * error
        if self.discriminator is not None and self.step >= recipe.adversarial.start_step:
            judge = self.discriminator.network
            judge.requires_grad_(requires_grad=False)
            with self.fabric.autocast():
                shown = with_context(self._noised(restored, 2), self._context(batch))
                verdicts = around_holes(judge(shown), batch.mask)
                loss = generator_loss(recipe.adversarial.kind, verdicts)
            judge.requires_grad_(requires_grad=True)
            losses["g_adversarial"] = recipe.adversarial.weight * loss
        # Before start_step a game without content losses has nothing for the generator to learn.
        return restored, losses or {"none": restored.sum() * 0}

    def _discriminator_step(self, moves: list[Move]) -> dict[str, float]:
        """The discriminator's steps: the first on what the generator just made, others on new."""
        assert self.discriminator is not None  # for the type checker
        config = self.recipe.adversarial
        numbers: dict[str, float] = {}
        for turn in range(config.discriminator_steps):
            if turn:
                moves = [self._make_move() for _ in moves]
            self.discriminator.clear_gradients()
            with_r1 = config.r1 > 0 and self.discriminator_steps % config.r1_interval == 0
            for part, move in enumerate(moves):
                is_last = part == len(moves) - 1
                module = self.discriminator.module
                with self.fabric.no_backward_sync(module, enabled=not is_last):
                    losses, accuracy = module(
                        self._noised(move.batch.real, 3),
                        self._noised(move.restored, 4),
                        self._context(move.batch),
                        self._mix(len(move.restored)),
                        move.batch.mask,
                        with_r1=with_r1,
                    )
                    self.fabric.backward(torch.stack(list(losses.values())).sum() / len(moves))
                _add_means(numbers, losses, len(moves) * config.discriminator_steps)
            numbers["d_norm"] = self.discriminator.move()
            numbers["d_accuracy"] = accuracy
            self.discriminator_steps += 1
        return numbers

    @torch.no_grad()
    def _make_move(self) -> Move:
        batch = self._next_batch()
        with self.fabric.autocast():
            return Move(batch, self.network(*batch.inputs))

    # ------------------------------------------------------------------ data and chance

    def _next_batch(self) -> Batch:
        """This process's share of the next global batch."""
        size = self.recipe.data.batch
        start = self.samples + self.fabric.global_rank * size
        self.samples += size * self.fabric.world_size
        return self.task.batch(range(start, start + size), self.fabric.device)

    def _random(self, purpose: int) -> torch.Generator:
        """A stream that follows from how far the run is, so that nothing random is stored."""
        rank = self.fabric.global_rank
        key = (self.recipe.seed, self.step, self.samples, self.discriminator_steps, rank, purpose)
        return seeded_generator(self.fabric.device, *key)

    def _context(self, batch: Batch) -> Tensor | None:
        return batch.source if self.recipe.adversarial.conditional else None

    def _mix(self, count: int) -> Tensor:
        return torch.rand(count, generator=self._random(5), device=self.fabric.device)

    def _noised(self, images: Tensor, purpose: int) -> Tensor:
        """Instance noise that fades over the run (Sonderby et al. 2016, arXiv:1610.04490)."""
        deviation = self.recipe.adversarial.instance_noise * (1 - self._share())
        if deviation == 0:
            return images
        generator = self._random(purpose)
        noise = torch.randn(images.shape, generator=generator, device=images.device)
        return images + deviation * noise

    # ------------------------------------------------------------------ time and rates

    def _finished(self) -> bool:
        """Count the training time, the same in every process; whether the run is over."""
        self.budget.tick()
        # The main process alone has a listener that may ask for the end.
        told = self._shared((self.budget.elapsed_s, self._stop_reason))
        self.budget.elapsed_s, self._stop_reason = told
        return bool(self._stop_reason) or self._share() >= 1

    def _share(self, clock: str = "") -> float:
        return self.budget.share(self.step, clock)

    def _shared(self, value: Any) -> Any:
        """The main process's value in every process."""
        return self.fabric.broadcast(value) if self.fabric.world_size > 1 else value

    def _set_rates(self) -> float:
        """Set both players' rates; returns the generator's factor."""
        factor = 0.0
        for player in filter(None, (self.discriminator, self.generator)):
            factor = player.schedule.factor(self.step, self._share(player.clock))
            factor *= self.rate_scale
            player.set_rate(factor)
        return factor

    def _check_cancelled(self) -> None:
        if self._shared(self.cancel.is_cancelled):
            self.save()
            self.cancel.cancel()
            self.cancel.check()

    # ------------------------------------------------------------------ health

    def _watch(self, move: Move, numbers: dict[str, float]) -> None:
        """Let the monitor look at the step; act on what it finds."""
        is_game = self.discriminator is not None
        seen = Observation(
            numbers["g_norm"],
            numbers.get("d_norm"),
            numbers.get("d_accuracy"),
            diversity(move.restored) if is_game else None,
            diversity(move.batch.real) if is_game else None,
        )
        if seen.generated_diversity is not None:
            numbers["diversity"] = seen.generated_diversity
        finding: Finding | None = self._shared(self.monitor.observe(self.step, seen))
        if finding is None:
            return
        sentence = f"{finding.sickness} at step {self.step}: {finding.evidence}"
        action = self.recipe.monitor.action
        self._say(sentence)
        if action == "stop" or (action == "recover" and not self._recover()):
            self._stop_reason = sentence

    def _recover_or_raise(self, error: TrainingDivergedError) -> None:
        """After NaN or infinity: go back, or end with the last good checkpoint kept.

        Raises:
            TrainingDivergedError: the recipe does not recover, or has too often.
        """
        sentence = f"Training '{self.recipe.name}' diverged at step {self.step}: {error}"
        self._say(sentence)
        if self.recipe.monitor.action != "recover" or not self._recover():
            raise TrainingDivergedError(
                f"{sentence}. The last good checkpoint is kept; lower the learning rate."
            ) from error

    def _recover(self) -> bool:
        """Go back to the last good checkpoint with lower rates; False where that is used up.

        Time and data do not go back: the same pictures in the same order might hurt again. The
        older of the two checkpoints is taken, because the trouble may have begun before the
        newer one was written.
        """
        good = self.folder / PREVIOUS
        path = good if good.is_file() else latest_snapshot(self.folder)
        if path is None or self.recoveries >= self.recipe.monitor.maximum_recoveries:
            return False
        recoveries, samples, elapsed_s = self.recoveries, self.samples, self.budget.elapsed_s
        scale = self.rate_scale * self.recipe.monitor.rate_factor
        self.load_state_dict(read_snapshot(path))
        self.recoveries, self.samples = recoveries + 1, samples
        self.budget.elapsed_s, self.rate_scale = elapsed_s, scale
        self.monitor.clear()
        self._say(f"back at step {self.step}, learning rates x{scale:g}")
        return True

    def _say(self, sentence: str) -> None:
        if self.record is not None:
            self.record.say(sentence)

    # ------------------------------------------------------------------ log, validate, save

    def _log(self, numbers: dict[str, float], rate: float) -> None:
        share = self._share()
        if self.record is not None:
            self.listener.after_step(self, numbers)
        if self.record is not None and self.record.step(
            self.step, numbers, share, self.budget.elapsed_s, rate
        ):
            scores = describe_scores(self.scores, self.task.unit)
            # A recovery goes back in steps; a progress bar must not.
            self._shown_share = max(share, self._shown_share)
            self.progress.update(
                self._shown_share, f"step {self.step}" + (f", {scores}" if scores else "")
            )

    def _validate(self) -> None:
        """Measure the moving average on held-out pictures, in the main process."""
        self._validated_step = self.step
        if self.record is not None:
            network, task = self.ema.network, self.task
            with watch_units(network) as units:
                self.scores, rows = validate(network, task, self.fabric.device)
            self.record.validation(self.step, self.budget.elapsed_s, self.scores, rows, task.unit)
            self.record.units(self.step, units, self.recipe.monitor.straight_share)
            self._keep_best()
            self.listener.after_validation(self, rows)
        self.scores = self._shared(self.scores)
        if self.scores:
            for player in filter(None, (self.generator, self.discriminator)):
                player.schedule.observe(self._score())

    def _score(self) -> float:
        return sum(self.scores.values()) / len(self.scores)

    def _keep_best(self) -> None:
        if self.scores and self._score() > self.best_score:
            self.best_score = self._score()
            state = self.state_dict()
            kept = {
                key: state[key] for key in ("recipe", "unit", "step", "elapsed_s", "scores", "ema")
            }
            write_snapshot(self.folder / BEST, kept)

    def _save_if_due(self) -> None:
        # Every process must come to the same answer, or one waits forever for the others.
        due = time.monotonic() - self._saved_s >= self.recipe.run.checkpoint_seconds
        if self._shared(due):
            self.save()

    def save(self) -> None:
        """Write the full state and keep the one before; every process waits for it."""
        self._saved_s = time.monotonic()
        if self.fabric.is_global_zero:
            last = self.folder / LAST
            if last.is_file():
                last.replace(self.folder / PREVIOUS)
            write_snapshot(last, self.state_dict())
        self.fabric.barrier()

    _COUNTERS = (
        "step",
        "samples",
        "discriminator_steps",
        "recoveries",
        "rate_scale",
        "best_score",
        "scores",
    )

    def state_dict(self) -> dict[str, Any]:
        """Everything that a resumed run needs to go on as if it had not stopped."""
        return {
            "recipe": dataclasses.asdict(self.recipe),
            "unit": self.task.unit,
            **{name: getattr(self, name) for name in self._COUNTERS},
            "elapsed_s": self.budget.elapsed_s,
            "generator": self.generator.state_dict(),
            "discriminator": self.discriminator.state_dict() if self.discriminator else None,
            "ema": self.ema.state_dict(),
            "monitor": self.monitor.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned.

        Raises:
            IncompatibleCheckpointError: it belongs to other networks or optimizers.
        """
        try:
            self.generator.load_state_dict(state["generator"])
            self.ema.load_state_dict(state["ema"])
            if self.discriminator is not None and state.get("discriminator"):
                self.discriminator.load_state_dict(state["discriminator"])
        except (RuntimeError, ValueError, KeyError) as error:
            raise IncompatibleCheckpointError(
                f"The checkpoint in '{self.folder}' was made with another generator, "
                "discriminator or optimizer; use another output folder or its own recipe."
            ) from error
        for name in self._COUNTERS:
            setattr(self, name, state.get(name, getattr(self, name)))
        self.budget.elapsed_s = state["elapsed_s"]
        self.monitor.load_state_dict(state.get("monitor", {}))

    def resume(self) -> bool:
        """Go on from the folder's newest checkpoint; False where there is none.

        Raises:
            CheckpointError: it is damaged or belongs to another recipe.
        """
        path = latest_snapshot(self.folder)
        if path is None:
            return False
        self.load_state_dict(read_snapshot(path))
        return True


def _add_means(numbers: dict[str, float], losses: dict[str, Tensor], count: int) -> None:
    for name, value in losses.items():
        numbers[name] = numbers.get(name, 0.0) + float(value.detach()) / count
