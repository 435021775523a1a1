# SPDX-License-Identifier: Apache-2.0
"""Lettering, lines and borders reach the detector's pictures and not its targets."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from trainer import detect_task  # noqa: E402
from trainer.degradation import Degradation, DegradationConfig  # noqa: E402
from trainer.degradation.lookalikes import draw_lookalikes  # noqa: E402
from trainer.degradation.random_source import RandomSource  # noqa: E402

CPU = torch.device("cpu")


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


def test_lookalikes_change_the_picture_and_are_not_to_be_found(monkeypatch) -> None:
    monkeypatch.setattr(detect_task, "_SHEET_PX", 96)
    monkeypatch.setattr(detect_task, "_OVERLAID_PROBABILITY", 0.0)
    monkeypatch.setattr(detect_task, "_SCANNED_PROBABILITY", 0.0)
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
        monkeypatch.setattr(detect_task, "_LOOKALIKE_PROBABILITY", probability)
        damager = detect_task.PhotoDamager(Degradation(clean), 4, sheets=8)
        shown[probability] = damager(photo, 0)
    assert torch.equal(shown[0.0].source, photo)
    changed = (shown[1.0].source != photo).any(1, keepdim=True)
    assert float(changed.float().mean()) > 0.02
    assert float(shown[1.0].target.sum()) == 0
