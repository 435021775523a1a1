# SPDX-License-Identifier: Apache-2.0
"""Fit the numbers of restorer_app/engine/steps/damage/finding/verdict.py.

    python packaging/fitting/damage_verdict.py FOLDER_OF_CLEAN_PHOTOS... [--limit N]
        [--outlines FILE] [--models FOLDER]

Photographs are shown to the detector as they are (half of them with lettering, wires, foliage or a
border drawn in, which are no damage) and damaged as prints are; see `trainer.tasks.detect`. Prints
the constants, and how many of each are told right. To be run again whenever another detector ships.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch
from grain_evidence import fit
from numpy.typing import NDArray

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.progress import CancelToken, NoProgress
from restorer_app.engine.models.catalogue import AUTO, Catalogue
from restorer_app.engine.models.session import Session
from restorer_app.engine.models.tasks import FIND_DAMAGE
from restorer_app.engine.steps.damage.finding.network import network_probability
from restorer_app.engine.steps.damage.finding.verdict import FEATURES, verdict_features
from restorer_app.paths import shipped_models_folder
from trainer.data.batches import read_degradation
from trainer.data.photos import decode, find_images
from trainer.degradation import Degradation
from trainer.recipe.recipe import read_recipe
from trainer.tasks.detect import MIX, PhotoDamager

SIDE_PX = 512
SEED = 23


def square(path: Path) -> torch.Tensor:
    """The middle of a photo as (1, 3, SIDE_PX, SIDE_PX) in [0, 1]."""
    photo = decode(path)
    side = min(photo.shape[:2])
    top, left = ((length - side) // 2 for length in photo.shape[:2])
    middle = photo[top : top + side, left : left + side]
    way = cv2.INTER_AREA if side > SIDE_PX else cv2.INTER_CUBIC
    scaled = cv2.resize(middle, (SIDE_PX, SIDE_PX), interpolation=way)
    return torch.from_numpy(scaled).permute(2, 0, 1)[None].float() / 255


def measured(picture: torch.Tensor, session: Session) -> NDArray[np.float64]:
    """The features of what the detector finds in (1, 3, H, W)."""
    pixels = (picture[0].clamp(0, 1).permute(1, 2, 0).numpy() * 255 + 0.5).astype(np.uint8)
    network = session.network(session.choose(FIND_DAMAGE, AUTO))
    photo = Photo(np.ascontiguousarray(pixels))
    found = network_probability(photo.pixels, session, network, NoProgress(), CancelToken())
    return verdict_features(found)


def main() -> None:
    """Measure, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=400, help="photos in all")
    parser.add_argument("--outlines", type=Path, help="real outlines of dust and hairs")
    parser.add_argument("--models", type=Path, default=shipped_models_folder())
    options = parser.parse_args()
    session = Session("cpu", Catalogue(options.models, options.models / "none"))
    recipe = read_recipe("damage_detector")
    outlines = str(options.outlines or "")
    config = replace(read_degradation(recipe.degradation), outline_file=outlines)
    kinds = {
        False: replace(MIX, overlaid=0.0, lookalike=0.5, sheet_px=SIDE_PX),
        True: replace(MIX, overlaid=1.0, sheet_px=SIDE_PX),
    }
    damagers = {
        is_damaged: PhotoDamager(Degradation(config), SEED, sheets=64, mix=mix)
        for is_damaged, mix in kinds.items()
    }
    paths = find_images(options.folders)
    np.random.default_rng(SEED).shuffle(paths)
    features, damaged = [], []
    for number, path in enumerate(paths[: options.limit]):
        photo = square(path)
        for is_damaged, damager in damagers.items():
            batch = damager(photo, number)
            if is_damaged is bool(batch.target.mean() > 1e-3):
                features.append(measured(batch.source, session))
                damaged.append(is_damaged)
        # As it is, without a scan over it.
        features.append(measured(photo, session))
        damaged.append(False)
    values, truth = np.array(features), np.array(damaged)
    mean, deviation = values.mean(0), values.std(0)
    weights, bias = fit((values - mean) / deviation, truth)
    odds = (values - mean) / deviation @ weights + bias
    for name, numbers in (("_MEAN", mean), ("_DEVIATION", deviation), ("_WEIGHTS", weights)):
        print(f"{name} = ({', '.join(f'{each:.4g}' for each in numbers)})")
    print(f"_BIAS = {bias:.4g}")
    print(f"# {', '.join(FEATURES)}")
    print(f"clean {int((~truth).sum())}, told right {float((odds[~truth] < 0).mean()):.3f}")
    print(f"damaged {int(truth.sum())}, told right {float((odds[truth] > 0).mean()):.3f}")


if __name__ == "__main__":
    main()
