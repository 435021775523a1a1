# SPDX-License-Identifier: Apache-2.0
"""The damage step: finds scratches, dust and creases, or takes the user's mask, and fills them."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.analysis.noise_estimate import estimate_noise
from restorer_app.engine.core.damage_map import DamageMap, count_places
from restorer_app.engine.core.errors import InvalidMaskError
from restorer_app.engine.core.mask import share
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.models.catalogue import CLASSICAL
from restorer_app.engine.models.session import ModelChoice
from restorer_app.engine.steps.config import StepConfig
from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.engine.steps.damage.filling.detail import classical_fill
from restorer_app.engine.steps.damage.filling.film_grain import GrainField
from restorer_app.engine.steps.damage.filling.wide_holes import ThinFill, fill_of_all
from restorer_app.engine.steps.damage.filling.work import FillWork
from restorer_app.engine.steps.damage.finding.search import look_for_damage, map_key
from restorer_app.engine.steps.damage.networks import choose_filler, choose_finder
from restorer_app.engine.steps.step import Choices, Decision, StepContext, TileWork

SURE_PROBABILITY = 0.743
LEAST_SURE_SHARE = 3.1e-3
"""`auto` repairs what a detector found only where this share of the photo is damaged for certain,
or where the person asked for more sensitivity. 48 clean photographs of many kinds have 3.06e-3 and
less, 6 prints with wires, lace and snow 2.3e-4; 9 of 12 damaged prints have 3.14e-3 and more."""
LARGEST_SHARE = 0.6
"""A mask over more than this leaves too little photo to fill it from."""


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
                return Decision(False, "The given mask marks nothing.", numbers, mask)
            reason = f"The given mask marks {_percent(marked)} of the photo."
            return Decision(True, reason, numbers, mask)
        choice = choose_finder(settings, context.session)
        search = partial(
            look_for_damage, photo, choice, context.session, context.progress, context.cancel
        )
        found: DamageMap = context.recall(map_key(choice), search)
        mask = found.mask(settings.sensitivity)
        marked, count = share(mask), count_places(mask)
        numbers = {"marked_share": round(marked, 6), "places": count, "found_by": found.model}
        if count == 0:
            return Decision(False, "No scratches, dust or creases were found.", numbers, mask)
        places = "1 scratch or speck" if count == 1 else f"{count} scratches and specks"
        reason = f"{places} found on {_percent(marked)} of the photo"
        if found.model != CLASSICAL and settings.sensitivity <= DamageConfig().sensitivity:
            sure = found.share_above(SURE_PROBABILITY)
            numbers["sure_share"] = round(sure, 6)
            if sure < LEAST_SURE_SHARE:
                reason += ", but few for certain; switch the step on to repair them."
                return Decision(False, reason, numbers, mask)
        return Decision(True, f"{reason}.", numbers, mask)

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
        grain = GrainField(estimate_noise(photo.pixels, 1)) if mask.any() else None
        notes = _notes(finder, filler, settings, "found_by" in decision.measurements)
        thin_fill: ThinFill = classical_fill
        if filler.entry is not None:
            # Imported here: it needs torch, which the classical fill does without.
            from restorer_app.engine.steps.damage.filling.network import network_filler

            thin_fill = network_filler(filler, context)
        fill, grainy, more = fill_of_all(
            photo.pixels, mask, thin_fill, context.progress, context.cancel
        )
        uses_device = filler.entry is not None
        notes = (*notes, *more)
        return FillWork(fill, mask, grain, notes, uses_device=uses_device, grainy=grainy)


def _given_mask(
    photo: Photo, config: DamageConfig, context: StepContext
) -> NDArray[np.uint8] | None:
    """The mask that replaces finding damage: one in memory, else the config's file."""
    if context.mask is not None or not config.mask_path:
        return context.mask
    # Imported here: reading files needs libraries that detection does not.
    from restorer_app.engine.files.mask_files import read_mask

    return read_mask(config.mask_path, (photo.height, photo.width))


def _check_mask(mask: NDArray[np.uint8], photo: Photo) -> None:
    if mask.shape != (photo.height, photo.width):
        raise InvalidMaskError(
            f"The mask has {mask.shape[1]} × {mask.shape[0]} pixels and the photo has "
            f"{photo.width} × {photo.height}; make them equal."
        )
    marked = share(mask)
    if marked > LARGEST_SHARE:
        raise InvalidMaskError(
            f"The mask marks {_percent(marked)} of the photo, which leaves too little to "
            f"repair it from; mark at most {_percent(LARGEST_SHARE)}."
        )


def _notes(
    finder: ModelChoice, filler: ModelChoice, config: DamageConfig, was_searched: bool
) -> tuple[str, ...]:
    """What is done the classical way because there is no network for it."""
    if config.model == CLASSICAL or finder.note or filler.note:
        return ()
    missing = []
    if finder.entry is None and was_searched:
        missing.append("finding")
    if filler.entry is None and config.filler != CLASSICAL:
        missing.append("filling")
    if not missing:
        return ()
    return (f"No network for {' and '.join(missing)} is installed; done the classical way.",)


def _percent(part: float) -> str:
    """A share for a person: two decimals for little, none for much."""
    percent = 100 * part
    if percent >= 10:
        return f"{percent:.0f} %"
    return f"{percent:.2f} %" if percent >= 0.01 else "less than 0.01 %"
