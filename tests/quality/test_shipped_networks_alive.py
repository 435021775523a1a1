# SPDX-License-Identifier: Apache-2.0
"""The hidden units of the shipped networks bend: in networks that fell silent nobody noticed."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from restorer_app.engine.core.pixels import to_float
from restorer_app.engine.files.read import read_photo
from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.checkpoint import load_network
from restorer_app.paths import resources_folder
from trainer.loop.activity import watch_units

pytestmark = pytest.mark.quality

NAMES = ["restoration", "restoration_crisp", "damage_detector", "inpainting"]


@pytest.mark.parametrize("name", NAMES)
def test_hidden_units_change_sign_on_a_photograph(name) -> None:
    network, _ = load_network(resources_folder() / "models" / f"{name}.safetensors", ARCHITECTURES)
    pixels = read_photo(resources_folder() / "samples" / "old_photo.jpg").pixels[:768, :768]
    photo = torch.from_numpy(to_float(pixels)).permute(2, 0, 1)[None]
    hole = torch.zeros_like(photo[:, :1])
    hole[:, :, ::48, :] = 1
    with torch.no_grad(), watch_units(network.eval()) as units:
        network(photo, hole) if name == "inpainting" else network(photo)
    assert units.straight_share < 0.3
