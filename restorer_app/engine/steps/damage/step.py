# SPDX-License-Identifier: Apache-2.0
"""The damage step: finds scratches, dust and creases, or takes the user's mask, and fills them."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.analysis.noise_estimate import estimate_noise
from restorer_app.engine.core.color import measure_color_spread
from restorer_app.engine.core.damage_map import DamageMap, count_places
from restorer_app.engine.core.errors import InvalidMaskError
from restorer_app.engine.core.mask import share
from restorer_app.engine.core.message import Message
from restorer_app.engine.core.parallel import abandonable
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import thumbnail
from restorer_app.engine.models.catalogue import CLASSICAL
from restorer_app.engine.models.session import ModelChoice
from restorer_app.engine.steps.config import StepConfig
from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.engine.steps.damage.filling.bands import even_bands
from restorer_app.engine.steps.damage.filling.detail import classical_fill
from restorer_app.engine.steps.damage.filling.film_grain import GrainField
from restorer_app.engine.steps.damage.filling.lifting import DEEPEST_PX, lift
from restorer_app.engine.steps.damage.filling.wide_holes import ThinFill, fill_of_all, wide_parts
from restorer_app.engine.steps.damage.filling.work import FillWork
from restorer_app.engine.steps.damage.finding.parts import parts_of
from restorer_app.engine.steps.damage.finding.scene import Scene, scene_of
from restorer_app.engine.steps.damage.finding.search import look_for_damage, map_key
from restorer_app.engine.steps.damage.networks import choose_filler, choose_finder
from restorer_app.engine.steps.damage.telling import told
from restorer_app.engine.steps.damage.words import DamagePhrase
from restorer_app.engine.steps.step import Choices, Decision, StepContext, TileWork

LEAST_VERDICT, LEAST_VERDICT_OF_A_PRINT = 2.5, 1.0
"""`auto` repairs what a detector found only where the photo as a whole looks damaged with these log
odds, see `finding.verdict`, or where the person asked for more sensitivity. 48 clean photographs of
many kinds have 2.43 and less, the worst of them the grids of modern fronts; what has few colours
is far more often an old print, and 8 clean ones of those have -0.39 and less. 10 of 12 damaged
prints have more."""
FEW_COLOURS = 6.0
"""`ColorSpread.residual_p90` below which a photo has hardly a colour beside its tint."""
_MUCH = 0.05
"""Over this share of the photo it is much damage."""
_THUMBNAIL_PX = 256
LARGEST_SHARE = 0.6
"""A mask over more than this leaves too little photo to fill it from."""


_SHOWN = {Scene.DRAWING: DamagePhrase.DRAWING, Scene.STARS: DamagePhrase.STARS}


class DamageStep:
    """Scratches, dust, hairs and creases."""

    name = "damage"

    def strength_is_blend(self, choices: Choices) -> bool:  # the protocol
        """Always: see `Step`."""
        return True

    def decide(self, photo: Photo, config: StepConfig, context: StepContext) -> Decision:
        """Run where damage is found, or where somebody brings a mask.

        Raises:
            Cancelled: cancellation was asked for.
            CheckpointError: the detector cannot be used.
            InvalidMaskError: the mask of the config cannot be used.
        """
        context.cancel.check()
        settings = config if isinstance(config, DamageConfig) else DamageConfig()
        mask = _given_mask(photo, settings, context)
        if mask is not None:
            marked = share(mask)
            numbers: dict[str, Any] = {"marked_share": round(marked, 6)}
            if marked == 0:
                return Decision(False, DamagePhrase.MASK_EMPTY(), numbers, mask)
            return Decision(
                True, DamagePhrase.MASK_GIVEN(share=marked), numbers, mask, shows_age=True
            )
        choice = choose_finder(settings, context.session)
        search = partial(
            look_for_damage, photo, choice, context.session, context.progress, context.cancel
        )
        found: DamageMap = context.recall(map_key(choice), search)
        mask = found.mask(settings.sensitivity)
        marked, count = share(mask), count_places(mask)
        numbers = {"marked_share": round(marked, 6), "places": count, "found_by": found.model}
        if count == 0:
            return Decision(False, DamagePhrase.NONE_FOUND(), numbers, mask)
        parts = told(parts_of(mask))
        if found.verdict is not None:
            numbers["verdict_log_odds"] = round(found.verdict, 2)
            is_usual = settings.sensitivity <= DamageConfig().sensitivity
            least = _least_verdict(photo)
            if is_usual and not context.looks_only and found.verdict < least:
                left = DamagePhrase.LEFT_ALONE(
                    parts=parts,
                    places=count,
                    share=marked,
                    odds=found.verdict,
                    least=least,
                )
                return Decision(False, left, numbers, mask, left_alone=True)
            scene = scene_of(photo.pixels, mask) if is_usual else Scene.PHOTO
            if scene is not Scene.PHOTO:
                left = _SHOWN[scene](parts=parts, places=count, share=marked)
                return Decision(False, left, numbers, mask, left_alone=True)
        return Decision(True, _found(parts, count, marked), numbers, mask, shows_age=True)

    def prepare(
        self, photo: Photo, config: StepConfig, decision: Decision, context: StepContext
    ) -> TileWork:
        """The fill of the mask that was decided on.

        Raises:
            Cancelled: cancellation was asked for.
            CheckpointError: the generator cannot be used.
            InvalidMaskError: the mask has another size, or leaves too little of the photo.
            InvalidPlanError: no network has the name in the config.
        """
        context.cancel.check()
        settings = config if isinstance(config, DamageConfig) else DamageConfig()
        finder = choose_finder(settings, context.session)
        filler = choose_filler(settings, context.session)
        mask = decision.state
        if not isinstance(mask, np.ndarray):
            mask = self.decide(photo, config, context).state
        _check_mask(mask, photo)
        noise = partial(estimate_noise, photo.pixels, 1)
        grain = GrainField(abandonable(noise, context.cancel)) if mask.any() else None
        notes = _notes(finder, filler, settings, "found_by" in decision.measurements)
        thin_fill: ThinFill = classical_fill
        if filler.entry is not None:
            # Imported here: it needs torch, which the classical fill does without.
            from restorer_app.engine.steps.damage.filling.network import network_filler

            thin_fill = network_filler(filler, context)
        pixels, evened = even_bands(photo.pixels, mask, context.cancel)
        lifted = lift(pixels, mask, wide_parts(mask, 2 * DEEPEST_PX), context.cancel)
        work = partial(
            FillWork,
            mask=mask,
            grain=grain,
            uses_device=filler.entry is not None,
            lifted=lifted,
            evened=evened,
        )
        if context.looks_only:
            return work(thin_fill(pixels, mask), notes=notes)
        fill, grainy, more = fill_of_all(pixels, mask, thin_fill, context.progress, context.cancel)
        return work(fill, notes=(*notes, *more), grainy=grainy)


def _least_verdict(photo: Photo) -> float:
    """The log odds that `auto` asks of this photo."""
    small = thumbnail(photo.pixels, _THUMBNAIL_PX)
    spread = measure_color_spread(small, np.ones(small.shape[:2], np.bool_))
    return LEAST_VERDICT_OF_A_PRINT if spread.residual_p90 < FEW_COLOURS else LEAST_VERDICT


def _given_mask(
    photo: Photo, config: DamageConfig, context: StepContext
) -> NDArray[np.uint8] | None:
    """The mask that replaces finding damage: one in memory, else the config's file."""
    if context.mask is not None or not config.mask_path:
        return context.mask
    # Imported here: reading files needs libraries that detection does not.
    from restorer_app.engine.files.mask_files import read_mask

    return read_mask(config.mask_path, (photo.height, photo.width))


def _found(parts: Message, places: int, part: float) -> Message:
    """What is repaired, in words that fit how much it is."""
    phrase = DamagePhrase.MUCH_FOUND if part > _MUCH else DamagePhrase.FOUND
    return phrase(parts=parts, places=places, share=part)


def _check_mask(mask: NDArray[np.uint8], photo: Photo) -> None:
    if mask.shape != (photo.height, photo.width):
        raise InvalidMaskError(
            f"The mask has {mask.shape[1]} × {mask.shape[0]} pixels and the photo has "
            f"{photo.width} × {photo.height}; make them equal."
        )
    marked = share(mask)
    if marked > LARGEST_SHARE:
        raise InvalidMaskError(
            f"The mask marks {100 * marked:.0f} % of the photo, which leaves too little to "
            f"repair it from; mark at most {100 * LARGEST_SHARE:.0f} %."
        )


def _notes(
    finder: ModelChoice, filler: ModelChoice, config: DamageConfig, was_searched: bool
) -> tuple[Message, ...]:
    """What is done the classical way because there is no network for it."""
    if config.model == CLASSICAL or finder.note or filler.note:
        return ()
    has_no_finder = finder.entry is None and was_searched
    has_no_filler = filler.entry is None and config.filler != CLASSICAL
    if has_no_finder and has_no_filler:
        return (DamagePhrase.NEITHER(),)
    if has_no_finder:
        return (DamagePhrase.NO_FINDER(),)
    return (DamagePhrase.NO_FILLER(),) if has_no_filler else ()
