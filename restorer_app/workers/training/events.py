# SPDX-License-Identifier: Apache-2.0
"""What the training process tells (see `trainer.fine_tuning.run.events`), as typed values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.fine_tuning.run.events import decode_event


@dataclass(frozen=True)
class PairsChecked:
    """Which pairs take part.

    Attributes:
        accepted: names of the pairs that were registered.
        refused: (name, reason) of the others.
        unpaired: files without a partner.
    """

    accepted: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    unpaired: tuple[str, ...]


@dataclass(frozen=True)
class TrainingEstimate:
    """How long the run will take on this computer, from a few trial steps.

    Attributes:
        seconds_per_step: measured.
        steps: that are planned.
        seconds: of the whole run.
        seconds_per_validation: measured.
    """

    seconds_per_step: float
    steps: int
    seconds: float
    seconds_per_validation: float = 0.0


@dataclass(frozen=True)
class TrainingStep:
    """One optimizer step was done.

    Attributes:
        step: its number, from 1.
        share: of the run that is done, in [0, 1].
        seconds_left: an estimate; None while there is none.
        loss: of this step; not finite values come as None.
    """

    step: int
    share: float
    seconds_left: float | None
    loss: float | None


@dataclass(frozen=True)
class TrainingValidation:
    """The pairs that are not trained on were measured.

    Attributes:
        step: after this step.
        held_out_db: PSNR of the network now on the held-out pairs, in dB; None for a detector.
        held_out_db_shipped: of the network it started from.
        built_in_loss: loss on the program's own pictures now.
        built_in_loss_shipped: of the network it started from.
        preview: before, now and target of one held-out pair; None without one.
        held_out_f1: in [0, 1], how much of the damage a detector finds, and of it alone; None
            for other networks.
        held_out_f1_shipped: of the network it started from.
        is_aged: these pairs are clean pictures, aged as old scans without pairs are.
    """

    step: int
    held_out_db: float | None
    held_out_db_shipped: float | None
    built_in_loss: float | None
    built_in_loss_shipped: float | None
    preview: Path | None
    held_out_f1: float | None = None
    held_out_f1_shipped: float | None = None
    is_aged: bool = False


@dataclass(frozen=True)
class StateTold:
    """The process is running, paused or stopping.

    Attributes:
        state: one of these words.
    """

    state: str


@dataclass(frozen=True)
class TrainingDone:
    """The run ended well.

    Attributes:
        report: comparison, blend, warnings, `checkpoint` and `pictures`, as the process wrote it.
    """

    report: Mapping[str, Any]


@dataclass(frozen=True)
class ErrorTold:
    """The process gave up.

    Attributes:
        message: one sentence for a person.
    """

    message: str


TrainingEvent = (
    PairsChecked
    | TrainingEstimate
    | TrainingStep
    | TrainingValidation
    | StateTold
    | TrainingDone
    | ErrorTold
)


def parse_event(line: str) -> TrainingEvent | None:
    """Read one line; None for whatever else a library prints, and for events of later versions."""
    told = decode_event(line)
    reader = _READERS.get(told["event"]) if told is not None else None
    try:
        return reader(told) if reader is not None and told is not None else None
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _pairs(told: Mapping[str, Any]) -> PairsChecked:
    accepted = tuple(str(each["name"]) for each in told.get("accepted", ()))
    refused = tuple((str(each["name"]), str(each["reason"])) for each in told.get("refused", ()))
    unpaired = tuple(str(each) for each in told.get("unpaired", ()))
    return PairsChecked(accepted, refused, unpaired)


def _estimate(told: Mapping[str, Any]) -> TrainingEstimate:
    return TrainingEstimate(
        float(told["seconds_per_step"]),
        int(told["steps"]),
        float(told["seconds"]),
        float(told.get("seconds_per_validation", 0.0)),
    )


def _step(told: Mapping[str, Any]) -> TrainingStep:
    share = min(1.0, max(0.0, float(told["share"])))
    return TrainingStep(
        int(told["step"]), share, _number(told, "seconds_left"), _number(told, "loss")
    )


def _validation(told: Mapping[str, Any]) -> TrainingValidation:
    preview = told.get("preview")
    return TrainingValidation(
        step=int(told["step"]),
        held_out_db=_number(told, "held_out_db"),
        held_out_db_shipped=_number(told, "held_out_db_shipped"),
        built_in_loss=_number(told, "built_in_loss"),
        built_in_loss_shipped=_number(told, "built_in_loss_shipped"),
        preview=Path(str(preview)) if preview else None,
        held_out_f1=_number(told, "held_out_f1"),
        held_out_f1_shipped=_number(told, "held_out_f1_shipped"),
        is_aged=bool(told.get("is_aged")),
    )


def _state(told: Mapping[str, Any]) -> StateTold:
    return StateTold(str(told["state"]))


def _done(told: Mapping[str, Any]) -> TrainingDone:
    return TrainingDone(dict(told["report"]))


def _error(told: Mapping[str, Any]) -> ErrorTold:
    return ErrorTold(str(told["message"]))


def _number(told: Mapping[str, Any], key: str) -> float | None:
    """A finite number, or None where it is missing or not one."""
    value = told.get(key)
    number = math.nan if value is None else float(value)
    return number if math.isfinite(number) else None


_READERS: dict[str, Callable[[Mapping[str, Any]], TrainingEvent]] = {
    "pairs": _pairs,
    "estimate": _estimate,
    "step": _step,
    "validation": _validation,
    "state": _state,
    "done": _done,
    "error": _error,
}
