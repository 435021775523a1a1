# SPDX-License-Identifier: Apache-2.0
"""What a restoration step is: it looks at the photo once, then works tile by tile.

A step never loops over tiles, checks for cancellation, retries with less memory or blends by
strength: `pipeline` does all of that once, for every step, so that every step does it right.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.core.progress import CancelToken, Progress
from restorer_app.engine.core.region import Region
from restorer_app.engine.steps.config import StepConfig

if TYPE_CHECKING:
    from restorer_app.engine.models.session import ModelChoice, Session


Choices = Mapping[str, "ModelChoice"]
"""By task, what a step computes with."""
Recall = Callable[[Hashable, Callable[[], Any]], Any]
"""Gives what was computed before under a key, or computes it now and remembers it."""


def unchanged_contrast() -> float:
    """The gain of contrast where nothing follows that changes it."""
    return 1.0


def compute_anew(_key: Hashable, compute: Callable[[], Any]) -> Any:
    """A `Recall` that remembers nothing."""
    return compute()


@dataclass(frozen=True)
class Decision:
    """Whether a step runs on this photo, and why.

    Attributes:
        run: whether the step runs.
        reason: what was found and is done, e.g. "Strong grain, removed" or "No scratches found".
        measurements: the numbers the decision rests on, for the report (JSON types only).
        state: whatever `decide` computed that `prepare` can use again (a mask, an estimate).
        takes_classical: where the plan's model is `auto`, the classical way does this photo better
            than the default network.
        fallbacks: settings that this photo or this choice of network cannot honour.
        shows_age: what was found is a sign that this is an old print, for the steps that follow.
        left_alone: something was found, but the step does not run for it.
    """

    run: bool
    reason: Message
    measurements: dict[str, Any] = field(default_factory=dict)
    state: Any = None
    takes_classical: bool = False
    fallbacks: tuple[Message, ...] = ()
    shows_age: bool = False
    left_alone: bool = False


@dataclass(frozen=True)
class StepContext:
    """What a step may use while it decides and prepares.

    Attributes:
        session: loaded networks and their device.
        progress: this step's own [0, 1].
        cancel: check it between long operations.
        mask: (H, W) uint8 of the photo's size: what to repair instead of what the damage step
            would find, or where the style goes; 0 keep, 255 change, values between are the blend
            weight of a soft brush. None: nobody brought one.
        recall: for what a step finds in this photo whatever its settings are, and takes long to.
        later_gain: how many times the steps that follow will raise the contrast of this photo, and
            with it its noise; only for steps that mind, see `StepDescription.minds_later_gain`.
        shows_age: a step before found signs that this is an old print.
        looks_only: somebody wants to see what would be changed, doubtful as it may be; nobody will
            ask for tiles, and what only they need can be left out.
    """

    session: Session
    progress: Progress
    cancel: CancelToken
    mask: NDArray[np.uint8] | None = None
    recall: Recall = compute_anew
    later_gain: Callable[[], float] = unchanged_contrast
    shows_age: bool = False
    looks_only: bool = False


class TileWork(Protocol):
    """A prepared step: one function from tile to tile, and what tiles it needs."""

    overlap_px: int
    """How far around a tile the step looks; neighbours overlap by this much and are feathered."""
    multiple: int
    """Tiles get heights and widths divisible by this (reflected at the photo's edge)."""
    scale: int
    """Output pixels per input pixel along one side; 1 but for super-resolution."""
    uses_device: bool
    """Whether tiles run on the session's device (then out-of-memory halves the tile)."""
    mask: NDArray[np.uint8] | None
    """What will be repaired, (H, W), 255 = repair; None for steps without a mask."""
    notes: tuple[Message, ...]
    """Fallbacks and remarks for the report."""

    def touches(self, region: Region) -> bool:
        """Whether the step changes anything in this region; where not, pixels pass bit for bit."""
        ...

    def process(self, tile: Float, region: Region) -> Float:
        """Transform one tile.

        Args:
            tile: RGB (h, w, 3) float32 in [0, 1]; read-only.
            region: where the tile lies in the photo (it can reach past the edge by the padding
                that `multiple` asked for; those pixels are reflected and thrown away).

        Returns:
            RGB (h * scale, w * scale, 3) float32; the pipeline clamps.
        """
        ...


class Step(Protocol):
    """One entry of the pipeline. Stateless: the same photo and config give the same result."""

    name: str
    """The step's name in plans, reports and on the command line."""

    def strength_is_blend(self, choices: Choices) -> bool:
        """Whether strength mixes input and output, so that a slider needs no new run.

        Where not, strength is an input of the step itself (a network's own control), and a new
        strength runs it again.
        """
        ...

    def decide(self, photo: Photo, config: StepConfig, context: StepContext) -> Decision:
        """Look at the photo and say whether `auto` runs the step. Cheap: seconds at 100 MP."""
        ...

    def prepare(
        self, photo: Photo, config: StepConfig, decision: Decision, context: StepContext
    ) -> TileWork:
        """Analyse the photo as a whole and return the work for its tiles.

        `photo` is the output of the steps before, at full strength; `decision` is what `decide`
        returned for the same photo (made also where the user forced the step on).
        """
        ...
