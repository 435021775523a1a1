# SPDX-License-Identifier: Apache-2.0
"""What only looks like damage reaches the detector's pictures and not its targets."""

from __future__ import annotations

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from trainer.degradation import Degradation, DegradationConfig
from trainer.degradation.drawing.foliage import add_grass, add_leaves, add_twigs
from trainer.degradation.drawing.lookalikes import draw_lookalikes
from trainer.degradation.drawing.ornaments import add_flowers, add_pearls
from trainer.degradation.drawing.overlay import Overlay
from trainer.degradation.random_source import RandomSource
from trainer.tasks.detect import Mix, PhotoDamager

CPU = torch.device("cpu")
PLAIN = Mix(lookalike=0, monochrome=0, overlaid=0, scanned=0, grey_scan=0, sheet_px=96)


def _random(seed: int) -> RandomSource:
    return RandomSource(torch.Generator().manual_seed(seed), CPU)


def test_a_sheet_follows_from_its_seed_and_hides_a_part_of_the_picture() -> None:
    sheets = [draw_lookalikes(160, _random(seed)) for seed in range(12)]
    again = draw_lookalikes(160, _random(3))
    assert torch.equal(sheets[3].kept, again.kept)
    assert torch.equal(sheets[3].added, again.added)
    hidden = torch.tensor([float((sheet.kept < 0.9).float().mean()) for sheet in sheets])
    assert float(hidden.max()) > 0.05
    assert 0.01 < float(hidden.mean()) < 0.7
    assert all(float(sheet.kept.min()) >= 0 and float(sheet.added.max()) <= 1 for sheet in sheets)


def test_lookalikes_change_the_picture_and_are_not_to_be_found() -> None:
    config = DegradationConfig.from_mapping({"preset": "damage", "damaged_share": 0})
    clean = DegradationConfig(
        **{
            **vars(config),
            "clean_share": 1.0,
            "gaussian_share": 0.0,
            "jpeg_share": 0.0,
            "photographic_share": 0.0,
            "aged_share": 0.0,
        }
    )
    photo = torch.full((8, 3, 64, 64), 0.5)
    shown = {}
    for probability in (0.0, 1.0):
        mix = replace(PLAIN, lookalike=probability)
        damager = PhotoDamager(Degradation(clean), 4, sheets=8, mix=mix)
        shown[probability] = damager(photo, 0)
    assert torch.equal(shown[0.0].source, photo)
    changed = (shown[1.0].source != photo).any(1, keepdim=True)
    assert float(changed.float().mean()) > 0.02
    assert float(shown[1.0].target.sum()) == 0


@pytest.mark.parametrize("add", [add_flowers, add_pearls, add_twigs, add_grass, add_leaves])
def test_ornaments_and_foliage_are_soft_in_outline_and_follow_from_their_seed(add) -> None:
    sheets = [add(Overlay.empty(1, 128, 128, CPU), _random(seed)) for seed in range(8)]
    again = add(Overlay.empty(1, 128, 128, CPU), _random(5))
    assert torch.equal(sheets[5].added, again.added)
    covered = torch.tensor([float((sheet.kept < 0.95).float().mean()) for sheet in sheets])
    assert 0.005 < float(covered.mean()) < 0.5
    # Damage is cut with a knife; no step from pixel to pixel is as high as the shape itself.
    for sheet in sheets:
        cover = 1 - sheet.kept
        if float(cover.max()) > 0.2:
            steps = cover.diff(dim=-1).abs().max()
            assert float(steps) < 0.95 * float(cover.max())


def test_a_share_of_the_prints_is_black_and_white_and_of_the_scans_grey() -> None:
    config = DegradationConfig(
        clean_share=1.0, gaussian_share=0.0, jpeg_share=0.0, photographic_share=0.0
    )
    photo = torch.tensor([0.8, 0.4, 0.1]).view(1, 3, 1, 1).repeat(6, 1, 64, 64)
    mix = replace(PLAIN, monochrome=1.0)
    printed = PhotoDamager(Degradation(config), 4, sheets=2, mix=mix)(photo, 0).source
    # From neutral to sepia: never the photo's own colour, red never below blue.
    assert float((printed[:, 0] - printed[:, 2]).min()) >= 0
    assert float((printed[:, 0] - printed[:, 2]).max()) < 0.45
    mix = replace(mix, grey_scan=1.0)
    grey = PhotoDamager(Degradation(config), 4, sheets=2, mix=mix)(photo, 0).source
    assert torch.equal(grey[:, 0], grey[:, 2])
