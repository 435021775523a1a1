# SPDX-License-Identifier: Apache-2.0
"""The scan of a damaged print: damage is as soft as the picture, and what it hides is known."""

from __future__ import annotations

import torch

from trainer.degradation.capture.scanning import scan
from trainer.degradation.random_source import RandomSource


def _scanned(seed: int, width: int, count: int = 8) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(seed)
    below = torch.rand(count, 3, 6, 6, generator=generator)
    below = torch.nn.functional.interpolate(below, size=(64, 64), mode="bilinear") * 0.5
    damaged = below.clone()
    damaged[..., 30 : 30 + width] = 1.0
    random = RandomSource(torch.Generator().manual_seed(seed + 1), torch.device("cpu"))
    return below, damaged, *scan(damaged, below, random)


def test_a_scan_is_soft_and_says_what_the_damage_changes() -> None:
    _, damaged, scans, change = _scanned(3, 4)
    assert scans.shape == damaged.shape
    assert change.shape == (8, 1, 64, 64)
    assert float(scans.min()) >= 0
    assert float(scans.max()) <= 1
    # In the line nearly all of it is left, ten pixels away nothing changes.
    assert change[..., 31:33].min() > 0.25
    assert change[..., :18].max() < 1e-6
    steepest = (damaged[..., 1:] - damaged[..., :-1]).abs().amax((1, 2, 3))
    softened = (scans[..., 1:] - scans[..., :-1]).abs().amax((1, 2, 3))
    assert (softened < steepest + 0.05).all()
    assert (softened < 0.9 * steepest).sum() >= 4


def test_the_same_seed_gives_the_same_scan() -> None:
    torch.testing.assert_close(_scanned(5, 2)[2], _scanned(5, 2)[2], rtol=0, atol=0)
    assert not torch.equal(_scanned(5, 2)[2], _scanned(6, 2)[2])
