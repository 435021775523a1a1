# SPDX-License-Identifier: Apache-2.0
"""Damage as old prints have it, and parts of scenes that look like damage."""

from __future__ import annotations

import gzip
import json

import pytest

torch = pytest.importorskip("torch")

from trainer.degradation.drawing import scenery
from trainer.degradation.drawing.overlay import Overlay
from trainer.degradation.drawing.prints import draw_print_damage, read_outlines
from trainer.degradation.random_source import RandomSource

SIDE = 256


def source(seed: int) -> RandomSource:
    return RandomSource(torch.Generator().manual_seed(seed), torch.device("cpu"))


@pytest.fixture
def outlines(tmp_path):
    """A file of one square speck and one long hair."""
    rows = [
        ["Dust", 1, 10, 20, [[0, 0], [0, 8], [8, 8], [8, 0]]],
        ["Long hair", 1, 30, 40, [[0, 0], [60, 30], [61, 31], [1, 1]]],
    ]
    path = tmp_path / "outlines.json.gz"
    path.write_bytes(gzip.compress(json.dumps({"outlines": rows}).encode()))
    return path


def test_a_sheet_follows_from_its_seed():
    first, again, other = (draw_print_damage(SIDE, None, source(seed)) for seed in (1, 1, 2))
    assert torch.equal(first.kept, again.kept)
    assert torch.equal(first.added, again.added)
    assert not torch.equal(first.kept, other.kept)


def test_sheets_differ_and_mark_a_part_of_the_picture(outlines):
    grey = torch.full((1, 3, SIDE, SIDE), 0.5)
    shares = []
    for seed in range(24):
        damaged = draw_print_damage(SIDE, outlines, source(seed)).over(grey)
        changed = (damaged.image - grey).abs().amax(1, keepdim=True) > 0
        assert not (changed & (damaged.mask == 0)).any()
        assert damaged.image.min() >= 0
        assert damaged.image.max() <= 1
        shares.append(float(damaged.mask.mean()))
    assert 0.01 < sum(shares) / len(shares) < 0.4
    assert max(shares) > 4 * sorted(shares)[6]


def test_outlines_are_read_once_as_points(outlines):
    found = read_outlines(outlines)
    assert [kind for kind, _ in found] == ["Dust", "Long hair"]
    assert found[1][1].shape == (4, 2)
    assert read_outlines(outlines) is found


@pytest.mark.parametrize(
    "draw", [scenery.add_ropes, scenery.add_lights, scenery.add_weave, scenery.add_ridge]
)
def test_scenery_is_drawn_in_place(draw):
    changed = []
    for seed in range(6):
        sheet = draw(Overlay.empty(1, SIDE, SIDE, torch.device("cpu")), source(seed))
        assert sheet.kept.shape == (1, 1, SIDE, SIDE)
        assert float(sheet.kept.min()) >= 0
        assert float(sheet.kept.max()) <= 1
        changed.append(float((sheet.kept < 1).float().mean()))
    assert max(changed) > 0.01
