# SPDX-License-Identifier: Apache-2.0
"""Damage drawn on sheets of its own does to a photo what the same damage does when drawn on it."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from trainer.degradation.config import PRESETS
from trainer.degradation.drawing import damage
from trainer.degradation.drawing.overlay import RENEWED_AFTER, Overlay, OverlayStock
from trainer.degradation.print.ageing import draw_overlay
from trainer.degradation.random_source import RandomSource

CPU = torch.device("cpu")
YES = torch.ones(1, dtype=torch.bool)


def _random(seed: int) -> RandomSource:
    return RandomSource(torch.Generator().manual_seed(seed), CPU)


def _photo(side: int = 96) -> torch.Tensor:
    return torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(9))


@pytest.mark.parametrize(
    ("add", "size"),
    [
        (damage.add_scratch, (1.0, 3.0)),
        (damage.add_crease, (1.0, 4.0)),
        (damage.add_fold, (2.0, 6.0)),
        (damage.add_flakes, (0.02, 0.05)),
        (damage.add_tear, (0.2, 0.4)),
    ],
)
def test_a_sheet_laid_over_equals_damage_drawn_on_the_photo(add, size) -> None:
    photo = _photo()
    drawn = add(damage.Damaged(photo, torch.zeros(1, 1, 96, 96)), size, YES, _random(5))
    laid = add(Overlay.empty(1, 96, 96, CPU), size, YES, _random(5)).over(photo)
    assert float(drawn.mask.mean()) > 0.001
    # They differ where one stroke of several changes less than what counts as damage.
    assert float((drawn.image - laid.image).abs().max()) <= 3 * damage.LEAST_CHANGE
    assert float((drawn.image - laid.image).abs().mean()) < 1e-3


def test_nothing_changes_outside_of_the_mask_and_something_everywhere_inside() -> None:
    photo = _photo(128)
    overlay = draw_overlay(PRESETS["damage"], 128, _random(2))
    laid = overlay.over(photo)
    change = (laid.image - photo).abs().amax(1, keepdim=True)
    assert float(change[laid.mask == 0].max()) == 0
    assert float(change[laid.mask > 0].min()) >= damage.LEAST_CHANGE - 1e-6


def test_a_fold_is_a_long_smooth_light_line() -> None:
    photo = torch.full((1, 3, 256, 256), 0.3)
    longest = 0
    for seed in range(6):
        made = damage.add_fold(
            damage.Damaged(photo, torch.zeros(1, 1, 256, 256)), (5.0, 5.0), YES, _random(seed)
        )
        rows = made.mask[0, 0].any(1).sum()
        columns = made.mask[0, 0].any(0).sum()
        longest = max(longest, int(torch.maximum(rows, columns)))
        if made.mask.any():
            assert float(made.image[made.mask.expand_as(photo) > 0].max()) > 0.4
    assert longest > 150


def test_crops_of_the_stock_follow_from_the_sample_number_alone() -> None:
    drawn: list[int] = []

    def draw(number: int) -> Overlay:
        drawn.append(number)
        return draw_overlay(PRESETS["damage"], 64, _random(number))

    one, other = OverlayStock(draw, 3), OverlayStock(draw, 3)
    for sample in range(0, 2 * RENEWED_AFTER, 8):
        one.cut(sample, 4, 32, _random(sample))
    late = 2 * RENEWED_AFTER
    first, second = (stock.cut(late, 4, 32, _random(7)) for stock in (one, other))
    assert torch.equal(first.kept, second.kept)
    assert torch.equal(first.added, second.added)
    assert first.kept.shape == (4, 1, 32, 32)
    assert set(drawn) <= {0, 1, 2, 3, 4}
