# SPDX-License-Identifier: Apache-2.0
"""Local damage: it changes what its mask shows, and nothing else."""

from __future__ import annotations

import math

import pytest
import torch

from trainer.degradation.drawing import damage
from trainer.degradation.drawing.strokes import Stroke, draw_hair, trace_stroke
from trainer.degradation.random_source import RandomSource

KINDS = {
    damage.add_scratch: (0.5, 2.5),
    damage.add_crease: (0.8, 4.0),
    damage.add_dust: (5e-3, 1e-2),
    damage.add_hair: (0.8, 2.0),
    damage.add_flakes: (0.02, 0.05),
    damage.add_tear: (0.15, 0.3),
}


def source(seed: int = 0) -> RandomSource:
    return RandomSource(torch.Generator().manual_seed(seed), torch.device("cpu"))


def undamaged(count: int, size: int = 96) -> damage.Damaged:
    # A colour that no paint has, so that every painted pixel shows.
    image = torch.tensor([0.31, 0.62, 0.17]).view(1, 3, 1, 1).expand(count, 3, size, size)
    return damage.Damaged(image.clone(), torch.zeros(count, 1, size, size))


@pytest.mark.parametrize("add", KINDS, ids=lambda add: add.__name__)
def test_mask_covers_exactly_the_changed_pixels(add) -> None:
    before = undamaged(16)
    present = torch.arange(16) < 12
    after = add(before, KINDS[add], present, source(1))
    changed = ((after.image - before.image).abs() > 1e-6).any(1, keepdim=True)
    assert torch.equal(changed, after.mask > 0)
    assert not after.mask[12:].any()
    assert (after.mask[:12].flatten(1).any(1)).float().mean() > 0.6
    assert after.image.min() >= 0
    assert after.image.max() <= 1


@pytest.mark.parametrize("add", KINDS, ids=lambda add: add.__name__)
def test_damage_adds_to_an_older_mask(add) -> None:
    before = undamaged(2, 64)
    before.mask[:, :, :8] = 1
    after = add(before, KINDS[add], torch.ones(2, dtype=torch.bool), source(2))
    assert (after.mask >= before.mask).all()


def test_dust_and_flakes_cover_the_wanted_share() -> None:
    before = undamaged(8, 256)
    yes = torch.ones(8, dtype=torch.bool)
    dust = damage.add_dust(before, (4e-3, 4e-3), yes, source())
    assert 2e-3 < float(dust.mask.mean()) < 1.6e-2
    flakes = damage.add_flakes(before, (0.03, 0.03), yes, source())
    assert 0.015 < float(flakes.mask.mean()) < 0.06


def straight_stroke(centre: tuple[float, float], **numbers: float) -> Stroke:
    """One stroke; what is not given is 0."""
    names = ("angle", "length", "bend", "wobble", "roughness", "half_width", "breaks")
    values = {name: torch.tensor([float(numbers.get(name, 0))]) for name in names}
    return Stroke(centre=torch.tensor([centre]), **values)


def test_a_stroke_is_as_long_and_wide_as_asked() -> None:
    stroke = straight_stroke((50.0, 60.0), angle=0, length=80, half_width=2)
    core, distance, presence = trace_stroke(stroke, (100, 120), source())
    assert float(distance[0, 0, 55, 60]) == pytest.approx(5)
    painted = (core * presence)[0, 0]
    reached = torch.nonzero(painted.sum(0) > 0).flatten()
    assert abs(int(reached.min()) - 20) <= 3
    assert abs(int(reached.max()) - 100) <= 3
    assert float(painted.sum()) == pytest.approx(80 * 4, rel=0.35)
    assert not painted[:40].any()


def test_a_broken_stroke_has_gaps() -> None:
    shape = straight_stroke(
        (64.0, 64.0), angle=math.pi / 2, length=120, half_width=1.5, roughness=0.5, breaks=0.5
    )
    _, _, presence = trace_stroke(shape, (128, 128), source(3))
    along = presence[0, 0, 8:120, 64]
    assert float(along.min()) < 0.05
    assert float(along.max()) > 0.95


def test_hairs_are_thin_and_connected() -> None:
    centre, size = torch.tensor([[64.0, 64.0]] * 4), torch.full((4,), 60.0)
    coverage = draw_hair(centre, size, torch.full((4,), 0.7), (128, 128), source(4))
    solid = coverage[:, 0] > 0.5
    assert (solid.sum((1, 2)) > 20).all()
    assert coverage.mean() < 0.06
    # Every solid pixel has a solid neighbour: no gaps between the segments.
    neighbours = torch.nn.functional.avg_pool2d(solid.float().unsqueeze(1), 3, 1, 1) * 9
    assert (neighbours[:, 0][solid] >= 2).float().mean() > 0.97
