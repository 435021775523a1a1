# SPDX-License-Identifier: Apache-2.0
"""Steps that take no time and whose work can be seen in the pixels; each counts what it was asked.

A test says what its step does by a function from tile to tile, or derives a step of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from toy_words import told

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.core.region import Region
from restorer_app.engine.steps.step import Decision

TileFunction = Callable[[Float, Region], Float]
GATE_S = 60
"""A step behind a gate that nobody opens goes on after this, so that a failing test ends."""


def unchanged(tile: Float, region: Region) -> Float:
    return tile


def inverted(tile: Float, region: Region) -> Float:
    return 1 - tile


def half_way_to_white(tile: Float, region: Region) -> Float:
    return tile * 0.5 + 0.5


@dataclass
class ToyWork:
    """Applies `function`; keeps the regions that it was called for."""

    function: TileFunction = unchanged
    overlap_px: int = 0
    multiple: int = 1
    scale: int = 1
    uses_device: bool = False
    mask: np.ndarray | None = None
    notes: tuple[Message, ...] = ()
    touched: Callable[[Region], bool] = lambda region: True
    calls: list[Region] = field(default_factory=list)

    def touches(self, region: Region) -> bool:
        return self.touched(region)

    def process(self, tile: Float, region: Region) -> Float:
        self.calls.append(region)
        assert tile.shape == (region.height, region.width, 3)
        assert tile.dtype == np.float32
        return self.function(tile, region)


@dataclass
class ToyStep:
    """A step that `auto` runs or not, as the test says.

    Attributes:
        runs: what `decide` answers.
        leaves: whether it found something all the same.
        blends: whether strength mixes input and output.
        marks: whether the work has a mask, of the whole photo.
        gate: tiles wait until it is set.
        error: raised by `prepare`.
        decided: how often `decide` was asked.
        photos: what `prepare` was given, in order.
        masks: the masks that came with them.
    """

    name: str
    function: TileFunction = unchanged
    runs: bool = True
    leaves: bool = False
    blends: bool = True
    marks: bool = False
    gate: threading.Event | None = None
    error: Exception | None = None
    decided: int = 0
    photos: list[Photo] = field(default_factory=list)
    masks: list[np.ndarray | None] = field(default_factory=list)

    @property
    def prepared(self) -> int:
        """How often `prepare` was asked."""
        return len(self.photos)

    def strength_is_blend(self, choice) -> bool:
        return self.blends

    def decide(self, photo, config, context) -> Decision:
        self.decided += 1
        return Decision(
            self.runs,
            told(self.reason()),
            {"level": np.float32(0.5)},
            left_alone=self.leaves and not self.runs,
        )

    def reason(self) -> str:
        return f"{self.name} is needed" if self.runs else "not needed"

    def prepare(self, photo, config, decision, context) -> ToyWork:
        self.photos.append(photo)
        self.masks.append(context.mask)
        if self.error is not None:
            raise self.error
        function, gate = self.function_for(config), self.gate

        def gated(tile: Float, region: Region) -> Float:
            if gate is not None:
                gate.wait(GATE_S)
            return function(tile, region)

        mask = self.mask_for(photo, context)
        return ToyWork(gated, mask=mask, notes=(told(f"{self.name} note"),))

    def function_for(self, config) -> TileFunction:
        return self.function

    def mask_for(self, photo, context) -> np.ndarray | None:
        """The mask that came with the photo, or one of the whole photo where the step marks."""
        if self.marks and context.mask is None:
            return np.full(photo.pixels.shape[:2], 255, np.uint8)
        return context.mask
