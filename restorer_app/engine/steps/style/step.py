# SPDX-License-Identifier: Apache-2.0
"""The style step: puts a look that somebody chose on the restored photo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.errors import InvalidMaskError
from restorer_app.engine.core.message import Message, Title
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.core.region import Region
from restorer_app.engine.steps.config import StepConfig
from restorer_app.engine.steps.step import Choices, Decision, StepContext, TileWork
from restorer_app.engine.steps.style.catalogue import find_style
from restorer_app.engine.steps.style.config import StyleConfig
from restorer_app.engine.steps.style.joining import JoinedLook
from restorer_app.engine.steps.style.rendering import (
    is_mixed,
    point_tone,
    render_look,
    working_copy,
)
from restorer_app.engine.steps.style.style import Style, StyleKind
from restorer_app.engine.steps.style.words import StylePhrase

LookPart = Callable[[Float, Region], Float]
"""From a tile of the photo and its place to the same tile in the look."""


@dataclass
class StyleWork:
    """A look, laid on tile by tile. See `step.TileWork`.

    Attributes:
        look: gives each tile in the style.
        where: (H, W) uint8, how much of the look each pixel takes; None takes all everywhere.
        is_photo: the look is the photo itself: strength 0.
    """

    look: LookPart
    where: NDArray[np.uint8] | None = None
    is_photo: bool = False
    notes: tuple[Message, ...] = ()
    mask: NDArray[np.uint8] | None = None
    overlap_px: int = 0
    multiple: int = 1
    scale: int = 1
    uses_device: bool = False

    def touches(self, region: Region) -> bool:
        """False outside the mask, where pixels pass bit for bit."""
        if self.is_photo:
            return False
        return self.where is None or bool(self.where[region.slices].any())

    def process(self, tile: Float, region: Region) -> Float:
        """One tile; only its own pixels and the look's coefficients count, so no seam can show."""
        look = self.look(tile, region)
        if self.where is None:
            return look
        share = self.where[region.slices].astype(np.float32)[..., None] * np.float32(1 / 255)
        return np.asarray(tile + share * (look - tile), np.float32)


class StyleStep:
    """Gives the photo a look; never by itself."""

    name = "style"

    def strength_is_blend(self, choices: Choices) -> bool:
        """Not for the style network: strength is a path through its styles."""
        return choices[self.name].entry is None

    def decide(
        self, photo: Photo, config: StepConfig, context: StepContext
    ) -> Decision:  # a look does not depend on the photo
        """Find the styles; a plan without one never comes here.

        Raises:
            InvalidPlanError: one does not exist.
        """
        config = _checked(config)
        styles = _styles(config, context)
        measurements: dict[str, Any] = {
            "style": config.style,
            "title": styles[0].title,
            "kind": str(styles[0].kind),
            "brush": str(config.brush),
            "keep_colors": config.keep_colors,
        }
        if len(styles) > 1:
            measurements |= {"mix_style": config.mix_style, "mix": config.mix}
        return Decision(
            run=True,
            reason=_reason(styles),
            measurements=measurements,
            takes_classical=all(style.kind is not StyleKind.NETWORK for style in styles),
        )

    def prepare(
        self,
        photo: Photo,
        config: StepConfig,
        decision: Decision,  # it holds nothing to use again
        context: StepContext,
    ) -> TileWork:
        """Make the look on the working copy.

        Raises:
            Cancelled: cancellation was asked for.
            InvalidPlanError: a style does not exist, or has no network here.
            InvalidMaskError: the mask does not fit the photo.
            CheckpointError: the style network cannot be used.
        """
        config = _checked(config)
        context.cancel.check()
        styles = _styles(config, context)
        where = _where(photo, config, context)
        if all(style.kind is not StyleKind.NETWORK for style in styles):
            config = replace(config, strength=1.0)  # mixed with the photo outside
        if config.strength == 0:
            return StyleWork(_unchanged, where, is_photo=True)
        tone = point_tone(config, styles[0])
        if tone is not None:
            return StyleWork(lambda tile, _region: tone(tile), where)
        low = working_copy(photo.pixels, config.brush)
        context.progress.update(0.2, "")
        look = render_look(config, low, context.session, context.cancel)
        context.progress.update(0.9, "")
        if low.shape == photo.pixels.shape:
            return StyleWork(lambda _tile, region: look[region.slices], where)
        return StyleWork(JoinedLook.between(low, look, photo.height, photo.width).part, where)


def _unchanged(tile: Float, region: Region) -> Float:  # a `LookPart`
    return tile


def _checked(config: StepConfig) -> StyleConfig:
    if not isinstance(config, StyleConfig):
        raise TypeError(f"style got a {type(config).__name__}")
    return config


def _styles(config: StyleConfig, context: StepContext) -> list[Style]:
    names = [config.style, config.mix_style] if is_mixed(config) else [config.style]
    return [find_style(name, context.session.catalogue) for name in names]


def _reason(styles: list[Style]) -> Message:
    titles = [style.title if style.is_user else Title(style.title) for style in styles]
    if len(titles) == 1:
        return StylePhrase.ONE(style=titles[0])
    return StylePhrase.MIXED(style=titles[0], other=titles[1])


def _where(photo: Photo, config: StyleConfig, context: StepContext) -> NDArray[np.uint8] | None:
    """Where the look goes: a mask in memory, else the config's file, with soft edges."""
    if context.mask is None and config.mask_path:
        from restorer_app.engine.files.mask_files import read_coverage  # codecs

        return read_coverage(config.mask_path, (photo.height, photo.width))
    if context.mask is not None and context.mask.shape != photo.pixels.shape[:2]:
        raise InvalidMaskError("The style's mask does not have the photo's size.")
    return context.mask
