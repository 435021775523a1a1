# SPDX-License-Identifier: Apache-2.0
"""A tiny style network in a folder of its own, and a photo with edges, colours and grain."""

from __future__ import annotations

import numpy as np
import torch
from toy_network import toy_catalogue

from restorer_app.engine.models.session import Session

STYLES = ["identity", "dunes", "waves"]


def style_catalogue(folder):
    """A catalogue whose only network is a random style network of three styles."""

    def tell_styles_apart(network):
        with torch.no_grad():
            network.vectors.add_(torch.randn(network.vectors.shape) * 0.5)

    config = {"styles": STYLES, "widths": [8, 8], "blocks": 1}
    return toy_catalogue(
        folder, name="painter", step="style", architecture="style_transformer", config=config,
        seed=5, prepare=tell_styles_apart,
    )  # fmt: skip


def style_session(folder):
    return Session("cpu", style_catalogue(folder))


def made_picture(height=120, width=160, seed=3):
    """(h, w, 3) float32: a sky, a red disc, stripes and grain."""
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    rows, columns = rows / height, columns / width
    picture = np.stack([0.4 + 0.4 * rows, 0.5 + 0.3 * columns, 0.9 - 0.5 * rows], axis=2)
    picture[np.hypot(rows - 0.5, columns - 0.4) < 0.25] = (0.75, 0.2, 0.15)
    stripes = (np.sin(columns * 90) > 0) & (rows > 0.8)
    picture[stripes] = (0.12, 0.14, 0.1)
    picture += np.random.default_rng(seed).normal(0, 0.01, picture.shape)
    return np.clip(picture, 0, 1).astype(np.float32)
