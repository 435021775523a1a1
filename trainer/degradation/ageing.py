# SPDX-License-Identifier: Apache-2.0
"""What the years do between taking and scanning: tone, print, scanner marks, local damage."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from trainer.degradation import damage, fading, paper, printing
from trainer.degradation.config import DegradationConfig
from trainer.degradation.fields import fractal_noise
from trainer.degradation.random_source import RandomSource, Range
from trainer.degradation.state import DegradationState, Ingredient, Stage, apply_to_some

AddDamage = Callable[[damage.Damaged, Range, Tensor, RandomSource], damage.Damaged]


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


def damage_ingredients(config: DegradationConfig) -> list[tuple[float, Ingredient]]:
    """Lists the local damage, which the mask shows."""
    return [
        (config.scratch_probability, scratch),
        (config.crease_probability, crease),
        (config.dust_probability, dust),
        (config.hair_probability, hair),
        (config.flake_probability, flake),
        (config.tear_probability, tear),
    ]


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


def scratch(state: DegradationState, stage: Stage) -> None:
    """Adds scratches."""
    config = stage.config
    _damage(state, stage, damage.add_scratch, config.scratch_width, config.scratch_count)


def crease(state: DegradationState, stage: Stage) -> None:
    """Adds creases."""
    config = stage.config
    _damage(state, stage, damage.add_crease, config.crease_width, config.crease_count)


def dust(state: DegradationState, stage: Stage) -> None:
    """Adds dust: twice at most, as one cloud has one colour and grain size."""
    _damage(state, stage, damage.add_dust, stage.config.dust_density, (1, 2))


def hair(state: DegradationState, stage: Stage) -> None:
    """Adds hairs."""
    _damage(state, stage, damage.add_hair, stage.config.hair_width, stage.config.hair_count)


def flake(state: DegradationState, stage: Stage) -> None:
    """Takes off emulsion."""
    _damage(state, stage, damage.add_flakes, stage.config.flake_amount, (1, 1))


def tear(state: DegradationState, stage: Stage) -> None:
    """Tears off a side or corner."""
    _damage(state, stage, damage.add_tear, stage.config.tear_depth, (1, 1))


def _damage(
    state: DegradationState, stage: Stage, add: AddDamage, size: Range, count: Range
) -> None:
    """Adds a random number of one kind; the samples that have enough sit the later ones out."""
    wanted = stage.random.uniform(len(state.image), (count[0], count[1] + 1)).floor()
    wanted = wanted.clamp(max=count[1])
    damaged = damage.Damaged(state.image.clamp(0, 1), state.mask)
    for number in range(int(wanted.max())):
        damaged = add(damaged, size, wanted > number, stage.random)
    state.image, state.mask = damaged.image, damaged.mask


def grow_mask(state: DegradationState) -> None:
    """Widens the mask by a pixel: the scan's blur and JPEG carry damage over its edge."""
    state.mask = functional.max_pool2d(state.mask, 3, stride=1, padding=1)


def _shape(state: DegradationState) -> tuple[int, int, int]:
    count, _, height, width = state.image.shape
    return count, height, width
