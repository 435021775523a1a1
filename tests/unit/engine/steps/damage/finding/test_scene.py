# SPDX-License-Identifier: Apache-2.0
"""Drawings and stars are full of what looks like damage."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from restorer_app.engine.core.damage_map import DamageMap
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.progress import CancelToken, NoProgress
from restorer_app.engine.models.session import Session
from restorer_app.engine.steps.damage import step as damage
from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.engine.steps.damage.finding.scene import Scene, scene_of
from restorer_app.engine.steps.damage.step import LEAST_VERDICT, DamageStep
from restorer_app.engine.steps.damage.words import DamagePhrase
from restorer_app.engine.steps.step import StepContext

SIZE = (400, 600)


def _rgb(grey):
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def _night_sky():
    rng = np.random.default_rng(1)
    dots = np.zeros(SIZE, np.float32)
    for y, x in zip(rng.integers(0, SIZE[0], 300), rng.integers(0, SIZE[1], 300), strict=True):
        cv2.circle(dots, (int(x), int(y)), 1, (float(rng.uniform(80, 240)),), -1, cv2.LINE_AA)
    sky = np.linspace(10, 45, SIZE[0])[:, None] + rng.normal(0, 2, SIZE)
    return _rgb(sky + dots), (dots > 40).astype(np.uint8)


def _drawing():
    rng = np.random.default_rng(2)
    paper = np.full(SIZE, 250, np.uint8)
    for _ in range(30):
        points = np.cumsum(rng.normal(0, 40, (9, 2)), axis=0) + rng.uniform(0, 400, 2)
        cv2.polylines(paper, [points.astype(np.int32)], False, (10,), 2, cv2.LINE_AA)
    return _rgb(paper), (paper < 128).astype(np.uint8)


def _dark_scratched_print():
    rng = np.random.default_rng(3)
    print_ = np.linspace(10, 50, SIZE[1])[None] + rng.normal(0, 3, SIZE)
    scratches = np.zeros(SIZE, np.uint8)
    for row in range(20, 380, 60):
        cv2.line(scratches, (5, row), (590, row + 20), (255,), 2)
    return _rgb(print_ + 180 * (scratches > 0)), scratches


@pytest.mark.parametrize(
    ("made", "scene"),
    [
        (_night_sky, Scene.STARS),
        (_drawing, Scene.DRAWING),
        (_dark_scratched_print, Scene.PHOTO),
    ],
)
def test_what_the_picture_shows_is_told_from_damage(made, scene):
    pixels, found = made()
    assert scene_of(pixels, found) is scene
    assert scene_of(pixels.astype(np.uint16) * 257, found) is scene


@pytest.mark.parametrize(
    ("made", "phrase"), [(_night_sky, DamagePhrase.STARS), (_drawing, DamagePhrase.DRAWING)]
)
def test_auto_leaves_them_alone_and_says_why(monkeypatch, made, phrase):
    pixels, found = made()
    map_ = DamageMap(np.where(found > 0, np.uint8(250), 0), "a detector", (), LEAST_VERDICT + 1)
    monkeypatch.setattr(damage, "look_for_damage", lambda *_: map_)
    context = StepContext(Session(), NoProgress(), CancelToken())
    decision = DamageStep().decide(Photo(pixels), DamageConfig(), context)
    assert (decision.run, decision.left_alone) == (False, True)
    assert decision.reason.phrase is phrase
    # Who asks for more gets it.
    asked = DamageStep().decide(Photo(pixels), DamageConfig(sensitivity=0.8), context)
    assert asked.run
