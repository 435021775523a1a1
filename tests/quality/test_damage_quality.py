# SPDX-License-Identifier: Apache-2.0
"""Recorded numbers of damage detection, by network and classical, and of classical inpainting."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from classical_finding import found_mask
from sample_photo import undamaged_sample

from restorer_app.engine.core import metrics
from restorer_app.engine.core.mask import share
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import to_float
from restorer_app.engine.core.progress import CancelToken, NoProgress
from restorer_app.engine.core.region import whole
from restorer_app.engine.models.session import Session
from restorer_app.engine.models.tasks import FILL
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.engine.steps.damage.filling.blocks import ClassicalFill
from restorer_app.engine.steps.damage.filling.network import NetworkFill
from restorer_app.engine.steps.damage.filling.waves import fill_holes
from restorer_app.engine.steps.damage.finding.search import find_damage
from trainer.tasks.detect import harmonic_mean

pytestmark = pytest.mark.quality


@pytest.fixture(scope="module")
def sample() -> np.ndarray:
    return undamaged_sample(768)


@pytest.fixture(scope="module")
def damaged(sample: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Twelve white scratches and sixty specks, and where they are, (H, W) uint8."""
    random = np.random.default_rng(4)
    height, width = sample.shape[:2]
    cover = np.zeros((4 * height, 4 * width), np.uint8)
    for _ in range(12):
        point = random.uniform((0, 0), (4 * width, 4 * height))
        angle = random.uniform(0, 2 * np.pi)
        points = []
        for _ in range(int(random.integers(10, 60))):
            angle += random.normal(0, 0.06)
            point = point + 16 * np.array([np.cos(angle), np.sin(angle)])
            points.append(point)
        line = np.round(points).astype(np.int32)
        cv2.polylines(cover, [line], False, (255,), int(random.integers(5, 10)), cv2.LINE_AA)
    for _ in range(60):
        x, y = random.uniform((0, 0), (4 * width, 4 * height)).astype(int)
        cv2.circle(cover, (int(x), int(y)), int(random.integers(5, 13)), (255,), -1)
    opacity = cv2.resize(cover, (width, height), interpolation=cv2.INTER_AREA) / 255.0
    mixed = sample + opacity[..., None] * (np.array([246, 244, 238]) - sample)
    truth = np.where(opacity > 0.15, 255, 0).astype(np.uint8)
    return mixed.round().astype(np.uint8), truth


def recall_and_precision(found: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Shares of the true pixels found and of the found ones true, two and four pixels apart."""
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    recall = (cv2.dilate(found, disk)[truth > 0] > 0).mean()
    precision = (cv2.dilate(truth, cv2.dilate(disk, disk))[found > 0] > 0).mean()
    return float(recall), float(precision)


def test_found_and_true_within_two_pixels(damaged):
    pixels, truth = damaged
    recall, precision = recall_and_precision(found_mask(pixels), truth)
    assert recall > 0.55
    assert precision > 0.45


def test_the_shipped_detector_finds_more_and_is_surer(damaged):
    pixels, truth = damaged
    found = find_damage(Photo(pixels), DamageConfig(), Session("cpu"), NoProgress(), CancelToken())
    assert found.model == "damage_detector"
    recall, precision = recall_and_precision(found.mask(0.5), truth)
    # On real prints precision is worth less than recall: people see the crack that stays.
    assert recall > 0.85
    assert harmonic_mean(precision, recall) > 0.85


def test_auto_leaves_the_undamaged_photo_bit_for_bit(sample):
    plan = RestorePlan().with_step("denoise", switch="off").with_step("tone", switch="off")
    restored = restore(Photo(sample), plan, session=Session("cpu"))
    assert np.array_equal(restored.photo.pixels, sample)
    assert not restored.report.step("damage").ran


def test_the_undamaged_photo_keeps_its_pixels(sample):
    assert share(found_mask(sample)) < 0.001


def test_the_shipped_generator_is_nearer_to_the_truth_than_the_fill_it_corrects(sample, damaged):
    pixels, truth = damaged
    mask = cv2.dilate(truth, np.ones((5, 5), np.uint8))
    session = Session("cpu")
    choice = session.choose(FILL, "auto")
    assert choice.entry.name == "inpainting"
    first = ClassicalFill(pixels, mask)
    fill = NetworkFill(session, session.network(choice), first, mask)
    everything, inside = whole(mask), mask > 0
    target = to_float(sample)[inside]
    corrected = metrics.psnr(fill.values(everything)[inside], target)
    assert corrected > metrics.psnr(first.values(everything)[inside], target) + 0.1


def test_inpainting_is_nearer_to_the_truth_than_opencv(sample, damaged):
    pixels, truth = damaged
    mask = cv2.dilate(truth, np.ones((5, 5), np.uint8))
    target, inside = to_float(sample), mask > 0
    filled = fill_holes(to_float(pixels), mask)
    plain = to_float(cv2.inpaint(pixels, mask, 5, cv2.INPAINT_TELEA))
    gain = metrics.psnr(filled[inside], target[inside]) - metrics.psnr(
        plain[inside], target[inside]
    )
    assert gain > 2.1
