# SPDX-License-Identifier: Apache-2.0
"""The tone network's answer to a photo, and the tables and the light field that follow from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.color import (
    LUMA_WEIGHTS,
    ColorSpread,
    delta_e_2000,
    lab_to_rgb,
    luma,
    rgb_to_lab,
)
from restorer_app.engine.core.errors import IncompatibleCheckpointError
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.core.region import Region
from restorer_app.engine.models.session import ModelChoice, Session
from restorer_app.engine.steps.tone.config import Monochrome
from restorer_app.engine.steps.tone.curve import TABLE_SCALE, hold_ends
from restorer_app.engine.steps.tone.transform import ToneTransform, covered, monochrome_transform

if TYPE_CHECKING:
    from restorer_app.engine.models.networks.tone_network import ToneAnswer

THUMBNAIL_PX = 96
"""What the network learned from: a whole picture, squeezed into a square."""
_CONTRAST, _SATURATION = 1.06, 0.95
"""What the network's answers to photos in colours are multiplied by, around their mean and around
grey. It answers with the mean of all that may have been, which has less contrast than any of it,
and it has learned to give much colour back. Prints in black and white look harsh with more."""
_LEAST_LOG_GAIN = 0.01
_KNEE = 0.06
"""From how far below white (above black) tones are compressed where a curve goes beyond it."""


@dataclass(frozen=True)
class NetworkTone:
    """What the network says about a photo; see `ToneAnswer`.

    Attributes:
        log_odds: that the photo has faded.
        change_de: mean CIEDE2000 difference that the correction makes on the thumbnail.
        log_gain: (4, 4) float32, the light field at the centres of the picture's cells.
        knots: (K,) float32, where the curves bend, on the scale of the photo; rising.
        curves: (3, K) float32, what becomes of the knots; not limited to [0, 1].
        matrix: (3, 3) float32, how the channels mix afterwards; rows add up to 1.
        mean: of the corrected thumbnail, in [0, 1].
        box: the picture in the photo without its frame: top, bottom, left, right in [0, 1].
    """

    log_odds: float
    change_de: float
    log_gain: Float
    knots: Float
    curves: Float
    matrix: Float
    mean: float
    box: tuple[float, float, float, float]

    @property
    def light_log_range(self) -> float:
        """Log gain from the least to the most lit cell."""
        return float(np.ptp(self.log_gain))


def ask_network(
    small: Float, picture: NDArray[np.bool_], session: Session, choice: ModelChoice
) -> NetworkTone:
    """Show a photo to the tone network.

    Args:
        small: a thumbnail (h, w, 3) float32 in [0, 1].
        picture: (h, w), False on frames.
        session: whose device computes.
        choice: the network.

    Raises:
        CheckpointError: it cannot be used.
        DeviceUnavailableError: see `Session.device`.
    """
    top, bottom, left, right = _bounds(picture)
    size = (THUMBNAIL_PX, THUMBNAIL_PX)
    seen = cv2.resize(small[top:bottom, left:right], size, interpolation=cv2.INTER_AREA)
    network = session.network(choice)
    if not hasattr(network.module, "answer"):
        raise IncompatibleCheckpointError(
            f"The network {choice.name} repaints pictures and cannot say how tones were; "
            "choose another for tone."
        )
    with session.computing():
        shown = session.to_batch(np.stack([seen, seen[:, ::-1]]))
        answer = _agreed(network.module.answer(shown))  # type: ignore[operator]
        mean = float(answer.apply(shown[:1]).clamp(0, 1).mean())
        parts = (answer.log_gain, answer.low, answer.span, answer.curves, answer.matrix)
        log_gain, low, span, curves, matrix = (session.fetch(each[0]) for each in parts)
        log_odds = float(session.fetch(answer.log_odds)[0])
    share = np.linspace(0, 1, curves.shape[1], dtype=np.float32) ** 2
    height, width = small.shape[:2]
    tone = NetworkTone(
        log_odds,
        0.0,
        log_gain,
        low + span * share,
        curves,
        matrix,
        mean,
        (top / height, bottom / height, left / width, right / width),
    )
    return _with_change(tone, np.asarray(seen, np.float32))


def _agreed(answer: ToneAnswer) -> ToneAnswer:
    """One answer (1, ...) of those to a picture and to its mirror image: their mean."""
    return type(answer)(
        log_gain=(answer.log_gain[:1] + answer.log_gain[1:].flip(2)) / 2,
        low=answer.low[:1],
        span=answer.span[:1],
        curves=answer.curves.mean(0, keepdim=True),
        matrix=answer.matrix.mean(0, keepdim=True),
        log_odds=answer.log_odds.mean(0, keepdim=True),
    )


def _bounds(picture: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Top, bottom, left, right of what is True; of everything where nothing is."""
    rows, columns = np.nonzero(picture)
    if not len(rows):
        return 0, picture.shape[0], 0, picture.shape[1]
    return int(rows.min()), int(rows.max()) + 1, int(columns.min()), int(columns.max()) + 1


def _with_change(tone: NetworkTone, seen: Float) -> NetworkTone:
    """The same, with the size of its change of the thumbnail."""
    whole = replace(tone, box=(0.0, 1.0, 0.0, 1.0))
    transform = network_transform(whole, None, Monochrome.KEEP, *seen.shape[:2])
    after = transform.apply(seen, Region(0, 0, *seen.shape[:2]))
    change = delta_e_2000(rgb_to_lab(seen), rgb_to_lab(np.clip(after, 0, 1)))
    return replace(tone, change_de=float(change.mean()))


@dataclass(frozen=True)
class GridGain:
    """A smooth gain from a coarse grid of its logarithms.

    Attributes:
        rows: (H, N) float32, how much each row of the grid counts in a row of the photo.
        log_gain: (N, M) float32.
        columns: (W, M) float32, likewise.
    """

    rows: Float
    log_gain: Float
    columns: Float

    @property
    def largest(self) -> float:
        """See `Gain`; cubic interpolation goes a little beyond the grid."""
        reach = np.abs(self.rows).sum(1).max() * np.abs(self.columns).sum(1).max()
        return float(np.exp(max(0.0, float(self.log_gain.max())) * reach))

    def over(self, region: Region) -> Float:
        """See `Gain`."""
        rows, columns = covered(region, len(self.rows), len(self.columns))
        log = self.rows[rows] @ self.log_gain @ self.columns[columns].T
        # Three times as fast as numpy's.
        return np.asarray(cv2.exp(log), np.float32)


def network_transform(
    tone: NetworkTone,
    spread: ColorSpread | None,
    monochrome: Monochrome,
    height: int,
    width: int,
) -> ToneTransform:
    """Tables for a photo of `height` × `width` pixels.

    Args:
        tone: the network's answer.
        spread: the tint of a black-and-white or toned photo, None for a photo in colours.
        monochrome: what becomes of such a tint.
        height: of the photo.
        width: likewise.
    """
    top, bottom, left, right = tone.box
    gain = None
    if np.abs(tone.log_gain).max() > _LEAST_LOG_GAIN:
        cells = tone.log_gain.shape
        gain = GridGain(
            _cubic_weights(height, cells[0], top, bottom),
            tone.log_gain,
            _cubic_weights(width, cells[1], left, right),
        )
    domain = max(1.0, gain.largest) if gain else 1.0
    if spread is None:
        curves = tone.mean + _CONTRAST * (tone.curves - tone.mean)
        tables = np.stack([_table(tone.knots, curve, domain) for curve in curves])
        matrix = _SATURATION * tone.matrix + (1 - _SATURATION) * LUMA_WEIGHTS
        return ToneTransform(tables, "channel", gain, 0.0, np.asarray(matrix, np.float32))
    tables = np.stack([_table(tone.knots, curve, domain) for curve in tone.curves])
    curve = _luma_curve(tables, tone.matrix, spread)
    return monochrome_transform(spread, curve, monochrome, gain, 0.0)


def _cubic_weights(length: int, cells: int, start: float, stop: float) -> Float:
    """(length, cells): what each cell counts at each pixel; beyond the picture as at its edge.

    Source: Keys 1981, "Cubic convolution interpolation", eq. 15 with a = -0.75, as torch has it.
    """
    place = (np.arange(length) + 0.5) / length
    place = np.clip((place - start) / max(stop - start, 1e-6), 0, 1) * cells - 0.5
    first = np.floor(place).astype(int)
    weights = np.zeros((length, cells), np.float32)
    for offset in range(-1, 3):
        distance = np.abs(place - (first + offset))
        near = (1.25 * distance - 2.25) * distance**2 + 1
        far = ((-0.75 * distance + 3.75) * distance - 6) * distance + 3
        cell = np.clip(first + offset, 0, cells - 1)
        weight = np.where(distance <= 1, near, far).astype(np.float32)
        np.add.at(weights, (np.arange(length), cell), weight)
    return weights


def _table(knots: Float, curve: Float, domain: float) -> Float:
    """(TABLE_SCALE * domain + 1,) float32: a curve, straight on beyond its knots."""
    x = np.arange(round(TABLE_SCALE * domain) + 1, dtype=np.float32) / TABLE_SCALE
    y = np.interp(x, knots, curve)
    for outside, edge, inner in ((x < knots[0], 0, 1), (x > knots[-1], -1, -2)):
        slope = (curve[edge] - curve[inner]) / (knots[edge] - knots[inner])
        y = np.where(outside, curve[edge] + slope * (x - knots[edge]), y)
    return _with_soft_ends(y.astype(np.float32))


def _with_soft_ends(y: Float) -> Float:
    """Compress what goes beyond black and white instead of cutting it off: its detail stays."""
    for sign, offset in ((1.0, 0.0), (-1.0, 1.0)):
        # Seen from white, and then from black, which the second round turns into white.
        level = offset + sign * y
        knee = min(_KNEE, 2 * max(0.0, float(level.max()) - 1))
        if knee > 0:
            beyond = np.maximum(level - (1 - knee), 0)
            level = np.where(beyond > 0, 1 - knee * np.exp(-beyond / knee), level)
            y = np.asarray((level - offset) * sign, np.float32)
    return y


def _luma_curve(tables: Float, matrix: Float, spread: ColorSpread) -> Float:
    """What becomes of each luma of a photo of one tint per lightness; as a table, rising."""
    tint = lab_to_rgb(np.concatenate([spread.tint_l[:, None], spread.tint_ab], axis=1))
    level = luma(tint[None])[0]
    x = np.arange(tables.shape[1], dtype=np.float32) / TABLE_SCALE
    # Between and beyond the tint's own tones its colour is carried on.
    offsets = [np.interp(x, np.maximum.accumulate(level), tint[:, c] - level) for c in range(3)]
    top = tables.shape[1] - 1
    toned = []
    for offset, table in zip(offsets, tables, strict=True):
        index = np.clip((x + offset) * TABLE_SCALE + 0.5, 0, top).astype(np.int32)
        toned.append(table[index])
    mixed = (matrix @ np.stack(toned)).T.astype(np.float32)
    return hold_ends(
        np.asarray(x, np.float32),
        np.asarray(np.maximum.accumulate(luma(mixed[None])[0]), np.float32),
    )
