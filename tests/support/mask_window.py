# SPDX-License-Identifier: Apache-2.0
"""What tests of the mask tool know of the small photo, and how they reach the window."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QFileDialog


def found_probability():
    """One sure scratch and one doubtful speck in the small photo."""
    probability = np.zeros((48, 64), np.uint8)
    probability[10:12, 5:60] = 220
    probability[30:34, 40:44] = 60
    return probability


def at(window, x, y):
    """Where the view shows a photo coordinate."""
    place = window.view.positions_of(x, y)[0]
    return round(place.x()), round(place.y())


def coverage(window):
    return window.document.mask.source.layers.coverage()


def undo_all(window):
    while window.document.undo_stack.canUndo():
        window.document.undo_stack.undo()


def choose_file(monkeypatch, path):
    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_a, **_k: (str(path), ""))
