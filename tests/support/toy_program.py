# SPDX-License-Identifier: Apache-2.0
"""The command line over toy steps, with no networks: fast, and the pixels tell what ran."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from toy_steps import ToyStep, inverted
from toy_words import told

from restorer_app.command_line.main import run
from restorer_app.engine.pipeline import pipeline
from restorer_app.engine.steps.catalogue import STEP_ORDER
from restorer_app.engine.steps.step import Decision


class InvertingStep(ToyStep):
    """Stands for any step; `auto` runs the tone step alone, on dark photos."""

    def decide(self, photo, config, context):
        dark = float(photo.pixels.mean()) / np.iinfo(photo.pixels.dtype).max < 0.5
        return Decision(dark and self.name == "tone", told(f"it is {'dark' if dark else 'bright'}"))

    def mask_for(self, photo, context):
        if self.name != "damage":
            return None
        mask = np.zeros(photo.pixels.shape[:2], np.uint8)
        mask[:2] = 255
        return mask


@pytest.fixture
def toy_program(monkeypatch, tmp_path):
    """The command line over toy steps, with no networks."""
    monkeypatch.setenv("RESTORER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RESTORER_RESOURCES", str(tmp_path / "resources"))
    steps = tuple(InvertingStep(name, inverted) for name in STEP_ORDER)
    monkeypatch.setattr(pipeline, "built_in_steps", lambda: steps)


def write_flat(path, level=50, size=(20, 30)):
    path.parent.mkdir(parents=True, exist_ok=True)
    ok, data = cv2.imencode(path.suffix, np.full((*size, 3), level, np.uint8))
    assert ok
    path.write_bytes(data.tobytes())
    return path


def level(path):
    return cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED).mean()


def run_words(*words):
    return run([str(word) for word in words])
