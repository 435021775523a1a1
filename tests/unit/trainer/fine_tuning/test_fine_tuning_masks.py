# SPDX-License-Identifier: Apache-2.0
"""What was damaged, derived from pictures before and after a repair."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from damage_pairs import creased, faded, noisy, scratched

from restorer_app.engine.core.metrics import psnr
from restorer_app.engine.core.pixels import to_float
from trainer.fine_tuning.masks.derivation import derive_damage
from trainer.fine_tuning.pairs.refusal import PairRefusedError
from trainer.fine_tuning.run.built_in import draw_leaves
from trainer.tasks.detect import hit_rates

SIDE = 256


@pytest.fixture(scope="module")
def picture():
    return draw_leaves(42, SIDE)


def rates(mask: np.ndarray, true: np.ndarray) -> tuple[float, float]:
    one, two = (torch.from_numpy(each > 0)[None, None] for each in (mask, true))
    return hit_rates(one, two)


@pytest.mark.parametrize("damage", [scratched, creased])
def test_what_was_repaired_is_marked_and_nothing_else(picture, damage):
    before, true = damage(picture, 3)
    for seen in (before, noisy(before, 4)):
        found = derive_damage(seen, picture)
        precision, recall = rates(found.mask, true)
        assert precision > 0.93
        assert recall > 0.85
        assert set(np.unique(found.mask)) == {0, 255}


def test_tone_light_and_noise_are_no_damage(picture):
    before, true = scratched(picture, 5)
    found = derive_damage(noisy(faded(before), 6), picture)
    precision, recall = rates(found.mask, true)
    assert precision > 0.9
    assert recall > 0.9
    # A fill must fit what is around it: the target has the tone of the damaged picture.
    without_scratches = to_float(faded(picture))
    assert psnr(found.explained, without_scratches) > 32
    assert psnr(to_float(picture), without_scratches) < 23


def test_a_part_of_a_pixel_of_shift_is_no_damage(picture):
    photo = cv2.GaussianBlur(picture, (0, 0), 1.2)
    shift = np.array([[1, 0, 0.3], [0, 1, -0.2]], np.float32)
    after = cv2.warpAffine(photo, shift, (SIDE, SIDE), flags=cv2.INTER_CUBIC, borderMode=4)
    before, true = scratched(photo, 7)
    precision, recall = rates(derive_damage(noisy(before, 2), after).mask, true)
    assert precision > 0.85
    assert recall > 0.9


def test_sixteen_bits_and_grey(picture):
    before, true = scratched(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None].repeat(3, 2), 9)
    after = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None].repeat(3, 2)
    deep = [each.astype(np.uint16) * 257 for each in (before, after)]
    precision, recall = rates(derive_damage(*deep).mask, true)
    assert precision > 0.93
    assert recall > 0.9


@pytest.mark.parametrize("sigma", [0, 3, 10])
def test_a_pair_without_damage_is_refused(picture, sigma):
    with pytest.raises(PairRefusedError, match="only tone and noise differ"):
        derive_damage(noisy(faded(picture), sigma), picture)


def test_a_pair_that_differs_everywhere_is_refused(picture):
    before = picture.copy()
    for top in range(0, SIDE, 16):
        before[top : top + 7] = noisy(before[top : top + 7], 60, top)
    with pytest.raises(PairRefusedError, match=r"differ on \d+% of their area"):
        derive_damage(before, picture)
