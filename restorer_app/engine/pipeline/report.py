# SPDX-License-Identifier: Apache-2.0
"""What a restore did, in JSON types: nothing that was skipped or replaced stays hidden."""

from __future__ import annotations

import dataclasses
import platform
import sys
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import psutil

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.pipeline.words import RunPhrase
from restorer_app.engine.steps.step import Choices


@dataclass(frozen=True)
class StepReport:
    """One step of one restore.

    Attributes:
        name: the step.
        ran: whether it changed the photo.
        reason: what was found, and why it ran or not.
        strength: in [0, 1].
        strength_is_blend: whether strength mixed input and output; else it went into the network.
        measurements: the numbers the decision rests on.
        seconds: what it took when it was computed.
        from_cache: whether an earlier restore computed it.
        device: what its tiles ran on; "" where it did not run.
        tile_px: the tiles' side at the end; 0 where it did not run.
        model: the network's name, or "classical"; of several tasks, see `names_of`.
        model_sha256: of its weights, "" for classical; of several tasks, see `sums_of`.
        fallbacks: what was done instead of what was asked (smaller tiles, classical).
        notes: the step's own remarks.
        left_alone: something was found, and nothing was done about it.
    """

    name: str
    ran: bool
    reason: Message
    strength: float = 1.0
    strength_is_blend: bool = True
    measurements: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    from_cache: bool = False
    device: str = ""
    tile_px: int = 0
    model: str = "classical"
    model_sha256: str = ""
    fallbacks: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()
    left_alone: bool = False

    @property
    def is_off(self) -> bool:
        """Nobody asked for it, so that it did not even look at the photo."""
        return self.reason.phrase is RunPhrase.SWITCHED_OFF


def names_of(choices: Choices) -> str:
    """All that a step computes with, e.g. "damage_detector + inpainting", each name once."""
    return " + ".join(dict.fromkeys(each.name for each in choices.values()))


def sums_of(choices: Choices) -> str:
    """The sums of a step's networks, joined by "+"; "" where all is classical."""
    return "+".join(each.sha256 for each in choices.values() if each.sha256)


@dataclass(frozen=True)
class PictureReport:
    """Size and kind of a picture.

    Attributes:
        file: its path, "" where it has none.
        width: columns.
        height: rows.
        bit_depth: per channel.
        is_grey: one channel.
        has_alpha: an opacity channel is there.
    """

    file: str
    width: int
    height: int
    bit_depth: int
    is_grey: bool
    has_alpha: bool

    @classmethod
    def of(cls, photo: Photo, file: str | None = None) -> PictureReport:
        """Describe a photo; `file` replaces its source."""
        source = str(photo.source or "") if file is None else file
        return cls(
            source,
            photo.width,
            photo.height,
            photo.bit_depth,
            photo.is_grey,
            photo.alpha is not None,
        )


@dataclass(frozen=True)
class Report:
    """One restore.

    Attributes:
        source: the picture that came in.
        result: the picture that came out.
        steps: one per step of the plan, in order.
        read_notes: what reading the photo had to change.
        write_notes: what writing it had to change.
        seconds: of the whole restore, without reading and writing.
        peak_memory_bytes: of the process since it started.
        versions: of the program and what it computes with.
    """

    source: PictureReport
    result: PictureReport
    steps: tuple[StepReport, ...]
    read_notes: tuple[Message, ...] = ()
    write_notes: tuple[Message, ...] = ()
    seconds: float = 0.0
    peak_memory_bytes: int = 0
    versions: dict[str, str] = field(default_factory=dict)

    def step(self, name: str) -> StepReport:
        """The report of one step.

        Raises:
            KeyError: the plan had no such step.
        """
        for each in self.steps:
            if each.name == name:
                return each
        raise KeyError(name)

    def with_output(self, file: str, write_notes: tuple[Message, ...]) -> Report:
        """A copy that says where the result was written and what writing changed."""
        result = dataclasses.replace(self.result, file=file)
        return dataclasses.replace(self, result=result, write_notes=write_notes)

    def to_json(self) -> dict[str, Any]:
        """Everything in JSON types; NaN and infinities become None, which JSON can say.

        What was said stands there in English, and under "messages" as keys and values.
        """
        plain: dict[str, Any] = _plain(self)
        plain["messages"] = _messages(read_notes=self.read_notes, write_notes=self.write_notes)
        for step, told in zip(self.steps, plain["steps"], strict=True):
            said = _messages(fallbacks=step.fallbacks, notes=step.notes)
            told["messages"] = {"reason": json_value(step.reason.to_json()), **said}
        return plain


def _plain(value: Any) -> Any:
    """Dataclasses field by field, messages in English, all else as `json_value` has it."""
    if isinstance(value, Message):
        return value.in_full()
    if dataclasses.is_dataclass(value):
        names = [each.name for each in dataclasses.fields(value)]
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return json_value(value)


def _messages(**said: tuple[Message, ...]) -> dict[str, Any]:
    return {name: [json_value(each.to_json()) for each in told] for name, told in said.items()}


def json_value(value: Any) -> Any:
    """`value` in types that `json.dumps(allow_nan=False)` takes."""
    if isinstance(value, dict):
        return {str(key): json_value(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set):
        return [json_value(each) for each in value]
    if isinstance(value, np.ndarray | np.generic):
        return json_value(value.tolist())
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value if isinstance(value, str | int | bool) or value is None else str(value)


def peak_memory_bytes() -> int:
    """The most memory that this process ever held in RAM."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource  # not there on Windows

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(most) if sys.platform == "darwin" else int(most) * 1024  # bytes there, KiB here


def software_versions() -> dict[str, str]:
    """Versions of the program, Python and the libraries whose arithmetic decides pixels."""
    return dict(_versions())


@cache
def _versions() -> dict[str, str]:
    # Once: it reads the metadata of installed packages from the disk.
    found = {"python": platform.python_version(), "system": platform.platform()}
    for package in ("restorer", "numpy", "opencv-python-headless", "torch"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
