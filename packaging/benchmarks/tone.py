# SPDX-License-Identifier: Apache-2.0
"""Measures what one click gives a faded photograph, and what it takes from a sound one.

    python packaging/benchmarks/tone.py --clean FOLDER [--aged FOLDER] [--only-tone]
        [--models FOLDER] [--limit N] [--json FILE]

Aged pictures have the names of the clean ones that they were made of. "best transform" is the
polynomial of ten terms per channel that comes nearest to the truth: what any smooth change of
colour could give. The clean ones are restored too, and once more very dark, very pale and in
linear light, which nobody may call sound. With --models another folder with a manifest.toml.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from restorer_app.engine.core import metrics
from restorer_app.engine.core.color import delta_e_2000, rgb_to_lab
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import Float, to_float, to_integer
from restorer_app.engine.files.read import read_photo
from restorer_app.engine.models.catalogue import AUTO, CLASSICAL, Catalogue
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.paths import shipped_models_folder

MOST_CHANGE_DE = 1.0
"""Mean CIEDE2000 difference up to which a clean photograph counts as kept."""
_SQUEEZED: dict[str, Callable[[Float], Any]] = {
    "very dark (2..28)": lambda rgb: (2 + 26 * rgb) / 255,
    "very pale (211..246)": lambda rgb: (211 + 35 * rgb) / 255,
    "linear (white at 74)": lambda rgb: rgb**2.2 * (74 / 255),
}


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clean", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--aged", type=Path, metavar="FOLDER")
    parser.add_argument("--only-tone", action="store_true", help="no other step of auto")
    parser.add_argument("--models", type=Path, help="instead of the networks that ship")
    parser.add_argument("--limit", type=int, help="so many pictures")
    parser.add_argument("--json", type=Path, help="also write the numbers here")
    options = parser.parse_args()
    folder = options.models or shipped_models_folder()
    session = Session("cpu", Catalogue(folder, folder / "none"))
    plan = RestorePlan()
    if options.only_tone:
        plan = plan.with_step("damage", switch="off").with_step("denoise", switch="off")
    clean = sorted(path for path in options.clean.iterdir() if path.is_file())[: options.limit]
    results: dict[str, Any] = {"sound": measure_clean(clean, plan, session)}
    if options.aged:
        results["aged"] = measure_aged(clean, options.aged, plan, session)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


def measure_aged(
    clean: list[Path], aged: Path, plan: RestorePlan, session: Session
) -> dict[str, dict[str, float]]:
    """Means over the aged pictures before and after; printed."""
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for path, source in _pairs(clean, aged):
        truth, photo = to_float(read_photo(path).pixels), read_photo(source)
        pictures = {"input": to_float(photo.pixels)}
        for name, model in (("classical tone", CLASSICAL), ("auto", AUTO)):
            done = restore(photo, plan.with_step("tone", model=model), session=session)
            pictures[name] = to_float(done.photo.pixels)
        pictures["best transform"] = best_transform(pictures["auto"], truth)
        for name, picture in pictures.items():
            rows.setdefault(name, []).append(_measures(picture, truth))
    print(f"{'aged':<18}{'PSNR dB':>9}{'SSIM':>8}{'dE':>8}   {len(rows.get('input', []))} pictures")
    means = {}
    for name, values in rows.items():
        psnr, ssim, difference = (float(np.mean(each)) for each in zip(*values, strict=True))
        print(f"{name:<18}{psnr:>9.2f}{ssim:>8.3f}{difference:>8.2f}")
        means[name] = {"psnr_db": psnr, "ssim": ssim, "delta_e": difference}
    return means


def measure_clean(clean: list[Path], plan: RestorePlan, session: Session) -> dict[str, Any]:
    """How many clean pictures `tone` leaves alone, and how many squeezed ones; printed."""
    changes, declined = {}, 0
    called_sound = dict.fromkeys(_SQUEEZED, 0)
    for path in clean:
        photo = read_photo(path)
        done = restore(photo, plan, session=session)
        declined += not done.report.step("tone").ran
        before, after = (rgb_to_lab(to_float(each.pixels)) for each in (photo, done.photo))
        changes[path.name] = float(delta_e_2000(before, after).mean())
        for name, squeeze in _SQUEEZED.items():
            squeezed = to_integer(squeeze(to_float(photo.pixels)).astype(np.float32), np.uint8)
            report = restore(Photo(squeezed), plan, session=session).report
            called_sound[name] += not report.step("tone").ran
    changed = {name: round(value, 2) for name, value in changes.items() if value > MOST_CHANGE_DE}
    print(f"clean: {len(clean)}, declined {declined}, changed by more than dE 1: {changed}")
    print(f"called sound: {called_sound}")
    return {
        "pictures": len(clean),
        "declined": declined,
        "changed": changed,
        "called_sound": called_sound,
    }


def best_transform(picture: Float, truth: Float) -> Float:
    """The nearest to the truth that ten terms per channel can come, (H, W, 3) in [0, 1]."""
    x = picture.reshape(-1, 3)
    terms = np.concatenate([np.ones_like(x[:, :1]), x, x**2, x**3], axis=1)
    weights = np.linalg.lstsq(terms, truth.reshape(-1, 3), rcond=None)[0]
    nearest = np.clip(terms @ weights, 0, 1).reshape(picture.shape)
    return np.asarray(nearest, np.float32)


def _measures(picture: Float, truth: Float) -> tuple[float, float, float]:
    return (
        min(100.0, metrics.psnr(picture, truth)),
        metrics.ssim(picture, truth),
        metrics.delta_e_mean(picture, truth),
    )


def _pairs(clean: list[Path], aged: Path) -> Iterator[tuple[Path, Path]]:
    by_stem = {path.stem: path for path in aged.iterdir()}
    return ((path, by_stem[path.stem]) for path in clean if path.stem in by_stem)


if __name__ == "__main__":
    main()
