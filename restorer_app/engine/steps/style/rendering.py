# SPDX-License-Identifier: Apache-2.0
"""From a small copy of the photo to the same copy in a style.

Everything is drawn on a working copy of fixed size, so that strokes keep their size relative to
the picture whatever the scan's size; `joining` brings the result to the photo's own size.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

import cv2
import numpy as np

from restorer_app.engine.core.color import lab_to_rgb, rgb_to_lab
from restorer_app.engine.core.errors import CheckpointError, InvalidPlanError
from restorer_app.engine.core.parallel import abandonable
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, thumbnail
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.models.catalogue import AUTO
from restorer_app.engine.models.session import Session
from restorer_app.engine.steps.style.catalogue import find_style
from restorer_app.engine.steps.style.config import Brush, StyleConfig
from restorer_app.engine.steps.style.style import Style, StyleKind
from restorer_app.engine.steps.style.style_file import read_user_vector

WORKING_PIXELS = {Brush.FINE: 2_000_000, Brush.MEDIUM: 1_000_000, Brush.COARSE: 400_000}
"""Pixels of the working copy: a stroke has a fixed width in it, so a larger one draws finer."""
_LEAST_UNIT = 0.5
"""Pixels per unit of stroke size below which a drawing is made larger than it is wanted."""
_PAINTED_SHARE = 0.6
"""Of a working copy's pixels: the network's strokes are finer than the drawn ones."""
LEAST_PAINTED_PIXELS = 150_000
"""Thumbnails are enlarged to this before they are painted: strokes of a fixed width would
otherwise hide what they show."""
_MARGIN_PX = 24
# Strength below which a network's picture is blended with the photo: its identity style is only
# about the photo itself, and strength 0 must be exactly that.
_BLENDED_BELOW = 0.6


def working_copy(pixels: Pixels, brush: Brush = Brush.MEDIUM) -> Float:
    """The photo (H, W, 3) at the size on which a brush draws, (h, w, 3) float32 in [0, 1].

    Smaller photos keep their size.
    """
    height, width = pixels.shape[:2]
    factor = min(1.0, (WORKING_PIXELS[brush] / (height * width)) ** 0.5)
    return thumbnail(pixels, max(1, round(max(height, width) * factor)))


def render(
    style: Style,
    rgb: Float,
    session: Session | None = None,
    cancel: CancelToken | None = None,
    *,
    brush: Brush = Brush.MEDIUM,
    strength: float = 1.0,
    model: str = AUTO,
) -> Float:
    """A picture in a style.

    Args:
        style: which.
        rgb: (h, w, 3) float32 in [0, 1], a working copy or a thumbnail of it; not changed.
        session: holds the style network; needed for styles of the kind NETWORK only.
        cancel: checked between long operations.
        brush: the working size that strokes are measured by: on a thumbnail they shrink with it,
            so that it looks like the full picture.
        strength: in [0, 1]; 0 gives the photo bit for bit.
        model: the style network's name.

    Returns:
        A new array (h, w, 3) float32 in [0, 1].

    Raises:
        Cancelled: cancellation was asked for.
        InvalidPlanError: the style needs a network and there is none.
        CheckpointError: the style network cannot be used.
        InvalidPlanError: there is none, or the user's style is damaged or for another one.
    """
    if cancel is not None:
        cancel.check()
    if strength == 0:
        return rgb.copy()
    if style.kind is not StyleKind.NETWORK:
        made = abandonable(partial(_made, style, rgb, brush), cancel or CancelToken())
        return _blended(rgb, made, strength)
    painter = _Painter(session or Session(), model)
    return painter.paint(rgb, painter.vector(style), strength, brush)


def render_look(
    config: StyleConfig,
    rgb: Float,
    session: Session | None = None,
    cancel: CancelToken | None = None,
) -> Float:
    """What the style step makes of a small copy, with all its settings but the mask.

    For previews: style, second style, strength and kept colours as in `config`. See `render`.

    Raises:
        InvalidPlanError: a style of the config does not exist.
    """
    cancel = cancel or CancelToken()
    cancel.check()
    if config.strength == 0:
        return rgb.copy()
    session = session or Session()
    first = find_style(config.style, session.catalogue)
    second = find_style(config.mix_style, session.catalogue) if is_mixed(config) else first

    def one(style: Style) -> Float:
        return render(
            style, rgb, session, cancel,
            brush=config.brush, strength=config.strength, model=config.model,
        )  # fmt: skip

    if first == second:
        look = one(first)
    elif first.kind is second.kind is StyleKind.NETWORK:
        # Halfway between two vectors lies a style of its own, not two pictures in one.
        painter = _Painter(session, config.model)
        vectors = painter.vector(first), painter.vector(second)
        vector = vectors[0] + np.float32(config.mix) * (vectors[1] - vectors[0])
        look = painter.paint(rgb, vector, config.strength, config.brush)
    else:
        look = _blended(one(first), one(second), config.mix)
    return with_colors_of(rgb, look) if config.keep_colors else look


def render_vector(vector: Float, rgb: Float, session: Session) -> Float:
    """A picture in a style that has no file yet, as `render` shows it once it has one.

    Args:
        vector: (V,) float32, for the default style network.
        rgb: (h, w, 3) float32 in [0, 1]; not changed.
        session: holds the network.

    Returns:
        A new array (h, w, 3) float32 in [0, 1].

    Raises:
        InvalidPlanError: there is no style network.
        CheckpointError: it cannot be used.
    """
    return _Painter(session, AUTO).paint(rgb, vector, 1.0, Brush.MEDIUM)


def is_mixed(config: StyleConfig) -> bool:
    """Whether a second style has any part in the look."""
    return bool(config.mix_style) and config.mix > 0


def with_colors_of(photo: Float, look: Float) -> Float:
    """The lightness of `look` with the hue and chroma of `photo`, both (h, w, 3) in [0, 1].

    Where a colour does not exist at that lightness, chroma falls until it does: cut off at 0 and
    1, its hue would turn.
    """
    lab = rgb_to_lab(photo)
    lab[..., 0] = rgb_to_lab(look)[..., 0]
    # The gamut narrows to nothing towards black and white.
    room = np.minimum(lab[..., 0] / 20, (100 - lab[..., 0]) / 8)
    lab[..., 1:] *= np.clip(room, 0, 1)[..., None]
    return lab_to_rgb(lab)


def _blended(photo: Float, look: Float, strength: float) -> Float:
    if strength == 1:
        return look
    return np.asarray(photo + np.float32(strength) * (look - photo), np.float32)


def _made(style: Style, rgb: Float, brush: Brush) -> Float:
    if style.tone is not None:
        return style.tone(rgb)
    if style.drawing is None:
        raise ValueError(f"nothing makes the style {style.name}")
    unit = float((rgb.shape[0] * rgb.shape[1] / WORKING_PIXELS[brush]) ** 0.5)
    # By name: every photo gets the same paper, and no two styles the same chance.
    random = np.random.default_rng(zlib.crc32(style.name.encode()))
    if unit >= _LEAST_UNIT:
        return style.drawing(np.asarray(rgb, np.float32), unit, random)
    # Strokes thinner than a pixel cannot be drawn: drawn at twice the size and reduced, a
    # thumbnail shows them as the full picture does from afar.
    size = rgb.shape[1], rgb.shape[0]
    large = cv2.resize(rgb, (2 * size[0], 2 * size[1]), interpolation=cv2.INTER_LINEAR)
    drawn = style.drawing(np.asarray(large, np.float32), max(2 * unit, 0.1), random)
    return np.asarray(cv2.resize(drawn, size, interpolation=cv2.INTER_AREA), np.float32)


class _Painter:
    """The style network at work.

    Args:
        session: holds it.
        model: its name, or `AUTO`.

    Raises:
        InvalidPlanError: there is none.
        CheckpointError: it cannot be used.
    """

    def __init__(self, session: Session, model: str) -> None:
        choice = session.choose("style", model)
        if choice.entry is None:
            raise InvalidPlanError(
                "This style is painted by the style network, and none is installed here; choose "
                "a drawn or photographic style."
            )
        self._session = session
        self._sha256 = choice.sha256
        self._network = session.network(choice)
        table: Any = self._network.module.vectors
        self._vectors: Float = table.detach().float().cpu().numpy()

    def vector(self, style: Style) -> Float:
        """The vector (V,) of a style.

        Raises:
            InvalidPlanError: the user's style is damaged or for another network.
        """
        if style.path is None:
            return np.asarray(self._vectors[style.row], np.float32)
        try:
            vector, network = read_user_vector(style.path)
        except CheckpointError as error:
            # The style network itself is sound, and must not be passed over for this.
            raise InvalidPlanError(str(error)) from error
        if network != self._sha256 or vector.shape != self._vectors.shape[1:]:
            raise InvalidPlanError(
                f"The style “{style.title}” was made for another version of the style network; "
                "make it again from its picture."
            )
        return vector

    def paint(self, rgb: Float, vector: Float, strength: float, brush: Brush) -> Float:
        """A picture on the way from the photo to a style; see `render`."""
        identity = self._vectors[0]
        height, width = rgb.shape[:2]
        wanted = min(height * width, _PAINTED_SHARE * WORKING_PIXELS[brush])
        factor = (max(wanted, LEAST_PAINTED_PIXELS) / (height * width)) ** 0.5
        canvas = _resized(rgb, max(1, round(height * factor)), max(1, round(width * factor)))
        painted = self._run(canvas, identity + np.float32(strength) * (vector - identity))
        shown = np.clip(_resized(painted, height, width), 0, 1)
        return _blended(rgb, shown, min(1.0, strength / _BLENDED_BELOW))

    def _run(self, rgb: Float, vector: Float) -> Float:
        height, width = rgb.shape[:2]
        multiple = self._network.multiple
        # Generous on all sides: what the network paints at its own border is a frame.
        margin = _MARGIN_PX
        bottom = margin + _missing(height + 2 * margin, multiple)
        right = margin + _missing(width + 2 * margin, multiple)
        padded = np.asarray(
            cv2.copyMakeBorder(rgb, margin, bottom, margin, right, cv2.BORDER_REFLECT_101),
            np.float32,
        )
        with self._session.computing():
            # A vector is one pixel of V channels to this.
            numbers = self._session.to_batch(vector[None, None, None])[:, :, 0, 0]
            shown = self._network.module(self._session.to_tensor(padded), numbers)
            tile = self._session.to_tile(shown)
        return tile[margin : margin + height, margin : margin + width]


def _missing(side: int, multiple: int) -> int:
    """Pixels to add so that a side is divisible."""
    return -(-side // multiple) * multiple - side


def _resized(picture: Float, height: int, width: int) -> Float:
    if picture.shape[:2] == (height, width):
        return picture
    is_smaller = height < picture.shape[0]
    method = cv2.INTER_AREA if is_smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (width, height), interpolation=method), np.float32)


def point_tone(config: StyleConfig, style: Style) -> Callable[[Float], Float] | None:
    """The look as a function of each pixel alone, exact at any size; None where it is not one."""
    return None if config.keep_colors or is_mixed(config) else style.tone
