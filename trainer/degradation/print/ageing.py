# SPDX-License-Identifier: Apache-2.0
"""What the years do between taking and scanning: tone, print, scanner marks, local damage."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from trainer.degradation.config import DegradationConfig
from trainer.degradation.drawing import damage
from trainer.degradation.drawing.overlay import Overlay
from trainer.degradation.fields import fractal_noise
from trainer.degradation.print import fading, paper, printing
from trainer.degradation.random_source import RandomSource, Range
from trainer.degradation.state import DegradationState, Ingredient, Stage, apply_to_some


@dataclass(frozen=True)
class DamageKind:
    """One kind of local damage as a recipe wants it.

    Attributes:
        probability: that a picture has any.
        add: draws one for each sample.
        size: range that `add` takes: a width in pixels or a share of the picture.
        count: how many there are where there are any.
    """

    probability: float
    add: Callable[[Any, Range, Tensor, RandomSource], Any]
    size: Range
    count: Range


def change_tone(state: DegradationState, stage: Stage) -> None:
    """Fades and makes black-and-white prints, in this order.

    The faded picture's luminance is what faded silver looks like; dyes that fade at different
    rates in a black-and-white print would colour it as no print is.
    """
    apply_to_some(state, stage.config.fade_probability, fade, stage)
    apply_to_some(state, stage.config.monochrome_probability, print_in_monochrome, stage)


def print_ingredients(config: DegradationConfig) -> list[tuple[float, Ingredient]]:
    """Lists what the print has and what happened to it."""
    return [
        (config.vignette_probability, darken_corners),
        (config.exposure_probability, expose_unevenly),
        (config.halftone_probability, screen),
        (config.texture_probability, texture),
        (config.stain_probability, stain),
        (config.foxing_probability, fox),
    ]


def damage_kinds(config: DegradationConfig) -> list[DamageKind]:
    """Lists the local damage."""
    c = config
    folds = partial(_add_crease_or_fold, c.fold_probability)
    return [
        DamageKind(c.scratch_probability, damage.add_scratch, c.scratch_width, c.scratch_count),
        DamageKind(c.crease_probability, folds, c.crease_width, c.crease_count),
        # Dust twice at most, as one cloud has one colour and grain size.
        DamageKind(c.dust_probability, damage.add_dust, c.dust_density, (1, 2)),
        DamageKind(c.hair_probability, damage.add_hair, c.hair_width, c.hair_count),
        DamageKind(c.flake_probability, damage.add_flakes, c.flake_amount, (1, 1)),
        DamageKind(c.tear_probability, damage.add_tear, c.tear_depth, (1, 1)),
    ]


def _add_crease_or_fold(
    fold_probability: float,
    damaged: damage.Surface,
    width: Range,
    present: Tensor,
    random: RandomSource,
) -> damage.Surface:
    smooth = random.chance(len(present), fold_probability)
    cracked = damage.add_crease(damaged, width, present & ~smooth, random)
    return damage.add_fold(cracked, width, present & smooth, random)


def damage_ingredients(config: DegradationConfig) -> list[tuple[float, Ingredient]]:
    """Lists the local damage, which the mask shows."""
    return [(kind.probability, partial(_damage, kind=kind)) for kind in damage_kinds(config)]


def draw_overlay(config: DegradationConfig, side: int, random: RandomSource) -> Overlay:
    """Draws one sheet (1, ., side, side) of the recipe's local damage, in random order."""
    overlay = Overlay.empty(1, side, side, random.device)
    kinds = damage_kinds(config)
    for number in random.order(len(kinds)):
        kind = kinds[number]
        if random.chance(1, kind.probability):
            low, high = kind.count
            for _ in range(int(random.uniform(1, (low, high + 1)).clamp(max=high))):
                overlay = kind.add(overlay, kind.size, torch.ones(1, dtype=torch.bool), random)
    return overlay


def scanner_ingredients(config: DegradationConfig) -> list[tuple[float, Ingredient]]:
    """Lists the scanner's own marks."""
    return [
        (config.moire_probability, moire),
        (config.scan_line_probability, scan_lines),
        (config.streak_probability, streaks),
    ]


def _retone(state: DegradationState, stage: Stage, change: Callable[[Tensor], Tensor]) -> None:
    """Changes the image, and the target where the recipe leaves tone to another step."""
    before = _contrast(state.image)
    state.image = change(state.image)
    gain = _contrast(state.image) / before
    # Lost contrast is lost noise; a flat picture says nothing about contrast.
    state.noise = state.noise * gain.clamp(0.1, 2) ** 2
    if stage.config.tone_in_target:
        state.target = change(state.target)


def _contrast(image: Tensor) -> Tensor:
    """Estimates the deviation (N,) from every sixteenth pixel, which is enough for a ratio."""
    return image[:, :, ::4, ::4].flatten(1).std(1).clamp(min=1e-4)


def print_in_monochrome(state: DegradationState, stage: Stage) -> None:
    """Makes black-and-white and toned prints."""
    ratio, white = fading.draw_toning(len(state.image), stage.random)
    _retone(state, stage, lambda image: fading.tone_print(image, ratio, white))


def fade(state: DegradationState, stage: Stage) -> None:
    """Fades the dyes."""
    drawn = fading.draw_fading(len(state.image), stage.config.fade_loss, stage.random)
    kept, base, flare = drawn
    _retone(state, stage, lambda image: fading.fade_dyes(image, kept, base, flare))


def darken_corners(state: DegradationState, stage: Stage) -> None:
    """Vignettes around a centre that may lie outside, as training crops do not know theirs."""
    random, count = stage.random, len(state.image)
    strength = random.uniform(count, stage.config.vignette_strength)
    centre = torch.stack([random.uniform(count, (0.2, 0.8)) for _ in range(2)], dim=1)
    _retone(state, stage, lambda image: fading.vignette(image, strength, centre))


def expose_unevenly(state: DegradationState, stage: Stage) -> None:
    """Lets density drift across the picture."""
    random, shape = stage.random, _shape(state)
    cell = float(random.uniform(1, (0.35, 1.0))) * max(shape[1:])
    field = fractal_noise(shape, cell, 2, torch.full((shape[0],), 0.3), random)
    strength = random.uniform(shape[0], stage.config.exposure_strength)
    _retone(state, stage, lambda image: fading.expose_unevenly(image, field, strength))


def screen(state: DegradationState, stage: Stage) -> None:
    """Prints through a screen."""
    random, config, count = stage.random, stage.config, len(state.image)
    state.image = printing.print_halftone(
        state.image,
        random.log_uniform(count, config.halftone_period),
        random.uniform(count, (0, math.pi / 2)),
        random.uniform(count, (0.3, 1.0)),
        random.uniform(count, config.halftone_mixing),
    )


def texture(state: DegradationState, stage: Stage) -> None:
    """Embosses fibres, silk or, where there is a folder, photographed paper."""
    random, (count, height, width) = stage.random, _shape(state)
    weights = (0.6, 0.4, 1.0 if stage.textures is not None else 0.0)
    kind = random.choice(count, weights)
    relief = torch.zeros(count, 1, height, width, device=random.device)
    for number in range(3):
        chosen = torch.nonzero(kind == number).flatten()
        shape = (len(chosen), height, width)
        if number == 2 and len(chosen) and stage.textures is not None:
            relief[chosen.to(random.device, non_blocking=True)] = paper.cut_textures(
                stage.textures, shape, random
            )
        elif number < 2 and len(chosen):
            draw = (paper.fibre_relief, paper.silk_relief)[number]
            relief[chosen.to(random.device, non_blocking=True)] = draw(shape, random)
    strength = random.uniform(count, stage.config.texture_strength)
    state.image = paper.emboss(state.image, relief, strength)


def stain(state: DegradationState, stage: Stage) -> None:
    """Spills something on the print."""
    random, count = stage.random, len(state.image)
    strength = random.uniform(count, stage.config.stain_density)
    amount = random.uniform(count, (0.05, 0.4))
    state.image = paper.add_stains(state.image, strength, amount, random)


def fox(state: DegradationState, stage: Stage) -> None:
    """Lets the paper rust."""
    random, count = stage.random, len(state.image)
    strength = random.uniform(count, stage.config.foxing_density)
    amount = random.log_uniform(count, (0.003, 0.08))
    state.image = paper.add_foxing(state.image, strength, amount, random)


def moire(state: DegradationState, stage: Stage) -> None:
    """Adds the beat of two screens."""
    random, count = stage.random, len(state.image)
    state.image = printing.add_moire(
        state.image,
        random.uniform(count, stage.config.moire_amplitude) / 255,
        random.log_uniform(count, (4.0, 40.0)),
        random.uniform(count, (0, math.pi)),
        random.uniform(count, (-3.0, 3.0)),
    )


def scan_lines(state: DegradationState, stage: Stage) -> None:
    """Adds banding."""
    random, count = stage.random, len(state.image)
    amplitude = random.uniform(count, stage.config.scan_line_sigma) / 255
    upright = random.chance(count, 0.5)
    state.image = printing.add_scan_lines(state.image, amplitude, upright, random)


def streaks(state: DegradationState, stage: Stage) -> None:
    """Adds streaks of dirt on the glass."""
    random, count = stage.random, len(state.image)
    strength = random.uniform(count, stage.config.streak_sigma) / 255
    density = random.log_uniform(count, (0.002, 0.03))
    upright = random.chance(count, 0.6)
    state.image = printing.add_streaks(state.image, strength, density, upright, random)


def _damage(state: DegradationState, stage: Stage, kind: DamageKind) -> None:
    """Adds a random number of one kind; the samples that have enough sit the later ones out."""
    low, high = kind.count
    wanted = stage.random.uniform(len(state.image), (low, high + 1)).floor()
    wanted = wanted.clamp(max=high)
    damaged = damage.Damaged(state.image.clamp(0, 1), state.mask)
    for number in range(int(wanted.max())):
        damaged = kind.add(damaged, kind.size, wanted > number, stage.random)
    state.image, state.mask = damaged.image, damaged.mask


def grow_mask(state: DegradationState) -> None:
    """Widens the mask by a pixel: the scan's blur and JPEG carry damage over its edge."""
    state.mask = functional.max_pool2d(state.mask, 3, stride=1, padding=1)


def _shape(state: DegradationState) -> tuple[int, int, int]:
    count, _, height, width = state.image.shape
    return count, height, width
