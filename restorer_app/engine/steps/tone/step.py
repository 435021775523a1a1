# SPDX-License-Identifier: Apache-2.0
"""The tone step: fading, colour cast, lost contrast, uneven light."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.color import luma, rgb_to_lab
from restorer_app.engine.core.message import Message
from restorer_app.engine.core.parallel import abandonable
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import Float, full_scale, thumbnail, to_integer
from restorer_app.engine.core.region import Region
from restorer_app.engine.steps.config import StepConfig, Switch
from restorer_app.engine.steps.step import Choices, Decision, StepContext, TileWork
from restorer_app.engine.steps.tone.analysis import (
    THUMBNAIL_PX,
    ToneAnalysis,
    analyse_tone,
    picture_in,
)
from restorer_app.engine.steps.tone.by_hand import hand_tables
from restorer_app.engine.steps.tone.config import Monochrome, ToneConfig
from restorer_app.engine.steps.tone.curve import Levels
from restorer_app.engine.steps.tone.light import LightField
from restorer_app.engine.steps.tone.network import NetworkTone, ask_network, network_transform
from restorer_app.engine.steps.tone.prior import TonePoints
from restorer_app.engine.steps.tone.transform import ToneTransform, build_transform
from restorer_app.engine.steps.tone.words import TonePhrase

# Log odds of fading above which `auto` corrects, for colour and for monochrome photos. None of 24
# Kodak pictures reaches 1.1; the black-and-white step can do no harm to colours and starts earlier.
_EVIDENCE_COLOR = 1.7
_EVIDENCE_MONOCHROME = 0.0
_EVIDENCE_TINTED = 0.6
# A scene of one colour (a leaf, a blue hour) rather than a toned print: those reach chroma 33.
_MOST_TINT = 36.0
# With nothing darker than this and whites in place the picture is high-key or haze, not a print.
_HIGH_KEY_BLACK, _HIGH_KEY_WHITE = 0.4, 0.85
# Mean CIEDE2000 change below which a correction is not worth making.
_WORTHWHILE_DE = 1.5
# Log gain from the darkest to the brightest place above which light is a reason by itself, in
# black-and-white prints: night skies, sunsets and backgrounds out of focus measure the same, so in
# sound colour photos it is corrected only where the user switches the step on.
_UNEVEN_LOG_RANGE = 0.4
_UNEVEN_EVIDENCE = -1.5
_TINT_CHROMA = 2.0
# A cast from which it is named.
_SEEN_CAST_DE = 6.0
# With the network there are two witnesses: it knows what is in the picture and sees no more than 96
# px of it; the evidence knows no scene but sees the deepest black. The evidence is believed when it
# is sure, as without a network, or both when they lean the same way; the network's word alone
# never: sunsets and lit stages look like casts. Chosen on 48 clean photographs, as many aged ones,
# and 458 photographs of the training folders.
_LEANING_EVIDENCE = -1.0
_LEANING_ODDS = 1.25
# A print that is scratched or cracked has aged, so that little more is asked for: 40 of 48 aged
# photographs are repaired of damage, and of those all but one come nearer to the truth by it.
_LEAST_ODDS_OF_A_PRINT = -0.5
_GAIN_STEP = np.float32(3 / 255)
# Less than this between black and white is no scene, not even in fog, nor any print as it was made.
_LEAST_RANGE = 0.4


@dataclass(frozen=True)
class ToneReading:
    """What is known about a photo's tones.

    Attributes:
        analysis: what was measured, and the classical correction.
        network: what the network says; None where the classical way is taken.
        shows_age: other signs say that this is an old print.
    """

    analysis: ToneAnalysis
    network: NetworkTone | None
    shows_age: bool = False

    @property
    def is_faded(self) -> bool:
        """Whether the photo has faded, for all that is known."""
        if self.network is None:
            return _is_faded(self.analysis)
        if self.network.change_de <= _WORTHWHILE_DE:
            return False
        points = self.analysis.points
        if points.white.max() - points.black.min() < _LEAST_RANGE:
            return True
        if self.shows_age and self.network.log_odds > _LEAST_ODDS_OF_A_PRINT:
            return True
        leans = self.analysis.evidence > _LEANING_EVIDENCE and self.network.log_odds > _LEANING_ODDS
        return leans or _is_faded(self.analysis)

    @property
    def is_uneven(self) -> bool:
        """Whether its light is a reason by itself; the network's own odds count it in."""
        return self.network is None and _is_uneven(self.analysis)


@dataclass
class ToneWork:
    """Tables applied to tiles on the CPU. See `step.TileWork`."""

    transform: ToneTransform
    notes: tuple[Message, ...] = ()
    mask: NDArray[np.uint8] | None = None
    overlap_px: int = 0
    multiple: int = 1
    scale: int = 1
    uses_device: bool = False

    def touches(self, region: Region) -> bool:  # the curves hold everywhere
        """True: tone is corrected everywhere."""
        return True

    def process(self, tile: Float, region: Region) -> Float:
        """One tile; joins its neighbours without a seam, as only its own pixels count."""
        return self.transform.apply(tile, region)


class ToneStep:
    """Gives a faded photo its blacks, whites and neutrals back, once for the whole picture."""

    name = "tone"

    def strength_is_blend(self, choices: Choices) -> bool:  # the protocol
        """Always: see `Step`."""
        return True

    def decide(self, photo: Photo, config: StepConfig, context: StepContext) -> Decision:
        """Measure fading on a thumbnail; the same at any size.

        Args:
            photo: any size and depth.
            config: a `ToneConfig`; any other config counts as its defaults.
            context: with the session that has the network.

        Returns:
            `state` is the `ToneReading`.

        Raises:
            Cancelled: cancellation was asked for.
            CheckpointError: the network that `config.model` names cannot be used.
            InvalidPlanError: no network has that name.
        """
        context.cancel.check()
        reading = _read(photo, config, context)
        analysis = reading.analysis
        monochrome = _monochrome_of(config)
        recolour = analysis.is_monochrome and (
            monochrome is Monochrome.SEPIA
            or (monochrome is Monochrome.NEUTRAL and analysis.spread.chroma > _TINT_CHROMA)
        )
        by_hand = isinstance(config, ToneConfig) and hand_tables(config) is not None
        return Decision(
            run=reading.is_faded or recolour or reading.is_uneven or by_hand,
            reason=_reason(reading, recolour, by_hand),
            measurements=_measurements(reading),
            state=reading,
        )

    def prepare(
        self,
        photo: Photo,
        config: StepConfig,
        decision: Decision,
        context: StepContext,
    ) -> TileWork:
        """Build the curves from what `decide` measured on the same photo.

        Raises:
            CheckpointError: the network that `config.model` names cannot be used.
            InvalidPlanError: no network has that name.
        """
        context.cancel.check()
        reading = decision.state
        if not isinstance(reading, ToneReading):
            reading = _read(photo, config, context)
        analysis, monochrome = reading.analysis, _monochrome_of(config)
        if config.switch is Switch.AUTO and not (reading.is_faded or reading.is_uneven):
            # Only a new tint, or a change by hand, was asked for.
            reading = ToneReading(
                replace(analysis, levels=Levels.identity(), light=LightField()), None
            )
        size = (photo.height, photo.width)
        if reading.network is None:
            transform = build_transform(reading.analysis, monochrome, *size)
        else:
            spread = analysis.spread if analysis.is_monochrome else None
            transform = network_transform(reading.network, spread, monochrome, *size)
        by_hand = hand_tables(config) if isinstance(config, ToneConfig) else None
        return ToneWork(replace(transform, by_hand=by_hand))


def contrast_gain(photo: Photo, config: StepConfig, context: StepContext) -> float:
    """How many times the step would raise the contrast of a photo, and with it the noise.

    That of the upper quarter of the picture: noise is seen where it is raised most, in a sky or a
    wall that was grey and becomes light.

    Returns:
        At least 1; 1 where `auto` would leave the tones.

    Raises:
        See `ToneStep.decide`.
    """
    step = ToneStep()
    decision = step.decide(photo, config, context)
    if config.switch is Switch.AUTO and not decision.run:
        return 1.0
    small, opaque = _thumbnail(photo)
    reduced = photo.with_pixels(to_integer(small, np.uint8))
    work = step.prepare(reduced, config, decision, context)
    around = Region(0, 0, *small.shape[:2])
    darker, lighter = (
        luma(work.process(np.clip(small + way * _GAIN_STEP, 0, 1), around)) for way in (-1, 1)
    )
    slope = (lighter - darker) / (2 * _GAIN_STEP)
    return max(1.0, float(np.percentile(slope[picture_in(small, opaque)], 75)))


def _read(photo: Photo, config: StepConfig, context: StepContext) -> ToneReading:
    small, opaque = abandonable(partial(_thumbnail, photo), context.cancel)
    analysis = abandonable(partial(analyse_tone, small, opaque), context.cancel)
    choice = context.session.choose(ToneStep.name, config.model)
    if choice.entry is None:
        return ToneReading(analysis, None)
    network = ask_network(small, picture_in(small, opaque), context.session, choice)
    return ToneReading(analysis, network, context.shows_age)


def _is_faded(analysis: ToneAnalysis) -> bool:
    points, chroma = analysis.points, analysis.spread.chroma
    if _is_high_key(points):
        return False
    limit = _EVIDENCE_COLOR
    if analysis.is_monochrome:
        if chroma > _MOST_TINT:
            return False
        limit = _EVIDENCE_TINTED if chroma > _TINT_CHROMA else _EVIDENCE_MONOCHROME
    return analysis.evidence > limit and analysis.change_de > _WORTHWHILE_DE


def _is_high_key(points: TonePoints) -> bool:
    return bool(points.black.mean() > _HIGH_KEY_BLACK and points.white.mean() > _HIGH_KEY_WHITE)


def _is_uneven(analysis: ToneAnalysis) -> bool:
    return (
        analysis.is_monochrome
        and analysis.light.log_range > _UNEVEN_LOG_RANGE
        and analysis.evidence > _UNEVEN_EVIDENCE
    )


def _monochrome_of(config: StepConfig) -> Monochrome:
    return config.monochrome if isinstance(config, ToneConfig) else Monochrome.KEEP


def _thumbnail(photo: Photo) -> tuple[Float, NDArray[np.bool_] | None]:
    """The photo reduced, and where it is not transparent."""
    small = thumbnail(photo.pixels, THUMBNAIL_PX)
    opaque = None
    if photo.alpha is not None:
        half = full_scale(photo.alpha.dtype) / 2
        size = (small.shape[1], small.shape[0])
        opaque = np.asarray(cv2.resize(photo.alpha, size, interpolation=cv2.INTER_AREA)) > half
    return small, opaque


def _measurements(reading: ToneReading) -> dict[str, Any]:
    """For the report, in 8-bit steps where a tone is meant."""
    analysis, network = reading.analysis, reading.network
    points = analysis.points
    measured = {
        "black_point": [round(float(v) * 255, 1) for v in points.black],
        "white_point": [round(float(v) * 255, 1) for v in points.white],
        "cast_de": round(analysis.cast_de, 1),
        "fading_log_odds": round(analysis.evidence, 2),
        "change_de2000": round(analysis.change_de, 2),
        "monochrome": analysis.is_monochrome,
        "tint_chroma": round(analysis.spread.chroma, 1),
        "color_spread": round(analysis.spread.residual_p90, 1),
        "light_tilt": round(analysis.light.tilt, 3),
        "light_falloff": round(analysis.light.falloff, 3),
        "picture_fraction": round(analysis.picture_fraction, 3),
    }
    if network is not None:
        measured["network_log_odds"] = round(network.log_odds, 2)
        measured["change_de2000"] = round(network.change_de, 2)
        measured["light_log_range"] = round(network.light_log_range, 3)
    return measured


def _reason(reading: ToneReading, recolour: bool, by_hand: bool) -> Message:
    """What is said, with the numbers that decided."""
    analysis = reading.analysis
    if reading.is_faded:
        return _tones(_faded(analysis), reading)
    if reading.is_uneven:
        return TonePhrase.UNEVEN(gain=analysis.light.log_range)
    if recolour:
        return TonePhrase.TINTED(chroma=analysis.spread.chroma)
    if by_hand:
        return _tones(TonePhrase.BY_HAND, reading)
    return _tones(TonePhrase.SOUND_GREY if analysis.is_monochrome else TonePhrase.SOUND, reading)


def _faded(analysis: ToneAnalysis) -> TonePhrase:
    """How a faded photo looks; a tint of monochrome photos stays unless somebody asks."""
    points = analysis.points
    if points.white.max() - points.black.min() < _LEAST_RANGE:
        if points.white.max() < 0.5:
            return TonePhrase.TOO_DARK
        return TonePhrase.TOO_PALE if points.black.min() > 0.5 else TonePhrase.NO_CONTRAST
    if analysis.is_monochrome or analysis.cast_de < _SEEN_CAST_DE:
        return TonePhrase.FADED
    middle = ((points.black + points.white) / 2)[None, :].astype(np.float32)
    _, red, yellow = rgb_to_lab(middle)[0]
    if yellow >= abs(red):
        return TonePhrase.FADED_YELLOWED
    return TonePhrase.FADED_REDDENED if red >= abs(yellow) else TonePhrase.FADED_CAST


def _tones(phrase: TonePhrase, reading: ToneReading) -> Message:
    """A phrase with what was measured of the tones."""
    analysis, network = reading.analysis, reading.network
    return phrase(
        black=255 * float(analysis.points.black.mean()),
        white=255 * float(analysis.points.white.mean()),
        cast="" if analysis.is_monochrome else TonePhrase.CAST(de=analysis.cast_de),
        change="" if network is None else TonePhrase.CHANGE(de=network.change_de),
    )
