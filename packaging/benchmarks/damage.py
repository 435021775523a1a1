# SPDX-License-Identifier: Apache-2.0
"""Measures the damage step, with its networks and without: how well it finds and fills, how fast.

    python packaging/benchmarks/damage.py --pictures FOLDER [--limit N] [--json FILE]
    python packaging/benchmarks/damage.py --speed [MEGAPIXELS]
    python packaging/benchmarks/damage.py --wide FOLDER [--keep FOLDER] [--other FOLDER]
    python packaging/benchmarks/damage.py --veiled FOLDER
    Either with --models FOLDER (with a manifest.toml) instead of the networks that ship.

Clean pictures, e.g. Kodak24, are damaged by `trainer.degradation.damaged_set` in the ways of
`SETS`, from faint to glaring. Found pixels may lie 2 px beside true ones. The share marked on the
clean pictures is what would ruin them. A top-hat filter with Otsu's threshold says how hard a set
is. Fills get the true mask, without grain, and count inside it: once damage of all kinds, once
scratches, creases and dust alone.

`--wide` tears three holes of 40 to 110 px into eight pictures spread evenly over the names of a
folder and says how far the fills are from the truth in the features of EfficientNet-Lite0, and how
much detail they have of the true one; once as the program fills them, once as if they were thin.
`--keep` writes the pictures, the masks and the fills; `--other` counts another program's fills as
well, by the names of the pictures.

`--veiled` draws lines of 3 to 15 px and blobs of 20 to 80 px into twelve pictures spread over the
names of a folder, once with a gain and an offset that the picture shows through, once opaque, and
counts the fill alone and with what is lifted: PSNR inside and the share of the true detail.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import PIL.Image
import torch
from numpy.typing import NDArray

from restorer_app.command_line.made_photo import made_photo
from restorer_app.engine.core import metrics
from restorer_app.engine.core.mask import Mask
from restorer_app.engine.core.photo import Photo, Pixels
from restorer_app.engine.core.pixels import Float, to_float, to_integer
from restorer_app.engine.core.progress import CancelToken, NoProgress
from restorer_app.engine.core.region import whole
from restorer_app.engine.files.read import read_photo
from restorer_app.engine.models.catalogue import AUTO, CLASSICAL, Catalogue
from restorer_app.engine.models.session import ModelChoice, Session
from restorer_app.engine.models.tasks import FILL, FIND_DAMAGE
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.pipeline.report import names_of
from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.engine.steps.damage.description import DAMAGE
from restorer_app.engine.steps.damage.filling.blocks import ClassicalFill
from restorer_app.engine.steps.damage.filling.detail import classical_fill
from restorer_app.engine.steps.damage.filling.lifting import DEEPEST_PX, lift
from restorer_app.engine.steps.damage.filling.network import NetworkFill
from restorer_app.engine.steps.damage.filling.waves import fill_holes
from restorer_app.engine.steps.damage.filling.wide_holes import ThinFill, fill_of_all, wide_parts
from restorer_app.engine.steps.damage.filling.work import HoleFill
from restorer_app.engine.steps.damage.finding.search import look_for_damage
from restorer_app.paths import shipped_models_folder
from trainer.degradation import damaged_set
from trainer.degradation.drawing.damage import LEAST_CHANGE
from trainer.degradation.sets import ALL_KINDS
from trainer.objectives.features import make_features
from trainer.tasks.detect import harmonic_mean

SENSITIVITIES = (0.3, 0.4, 0.5, 0.6, 0.7)
_TOLERANCE = np.ones((5, 5), np.uint8)
_TELEA_RADIUS_PX = 3
_DAMAGED_SHARE = 0.03
_SEED = 20261124
LINES_AND_DUST = ("scratch", "crease", "dust")
SETS = {
    "faint or more": (LEAST_CHANGE, ALL_KINDS),
    "plain to see": (32 / 255, ALL_KINDS),
    "glaring lines and dust": (96 / 255, LINES_AND_DUST),
}
"""The least change of a channel and the kinds of damage. A top-hat's F1 is 0.68 on the last."""
_TOP_HAT = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))

_TORN_PICTURES = 8
_TORN_PX = (40, 75, 110)

_VEILED_PICTURES = 12
_VEILED_MARK = 0.03

_Case = tuple[str, Photo, Photo, Mask]
"""Name, clean picture, damaged picture, where it is damaged."""


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="clean pictures")
    parser.add_argument("--limit", type=int, help="only so many of them")
    parser.add_argument("--speed", type=float, nargs="?", const=12.0, metavar="MP")
    parser.add_argument("--models", type=Path, default=shipped_models_folder(), metavar="FOLDER")
    parser.add_argument("--wide", type=Path, metavar="FOLDER", help="clean pictures to tear")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write what --wide makes here")
    parser.add_argument("--other", type=Path, metavar="FOLDER", help="fills of another program")
    parser.add_argument("--veiled", type=Path, metavar="FOLDER", help="clean pictures to veil")
    parser.add_argument("--json", type=Path, help="also write the numbers here")
    options = parser.parse_args()
    if not any((options.pictures, options.wide, options.veiled, options.speed)):
        parser.error("give --pictures, --wide or --veiled FOLDER, --speed, or several of them")
    session = Session("cpu", Catalogue(options.models, options.models / "none"))
    results: dict[str, Any] = {}
    if options.pictures is not None:
        for name, (least_change, kinds) in SETS.items():
            print(f"{name}: at least {255 * least_change:.0f} of 255")
            cases = list(damaged_cases(options.pictures, options.limit, least_change, kinds))
            results[f"find {name}"] = measure_finding(cases, session)
        for kinds in (ALL_KINDS, LINES_AND_DUST):
            print(f"filling {', '.join(kinds)}")
            cases = list(damaged_cases(options.pictures, options.limit, kinds=kinds))
            results[f"fill {', '.join(kinds)}"] = measure_filling(cases, session)
    if options.wide is not None:
        results["wide"] = measure_wide(options.wide, session, options.keep, options.other)
    if options.veiled is not None:
        results["veiled"] = measure_veiled(options.veiled, session)
    if options.speed is not None:
        results["speed"] = measure_speed(options.speed, session)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


def damaged_cases(
    folder: Path,
    limit: int | None,
    least_change: float = LEAST_CHANGE,
    kinds: Sequence[str] = ALL_KINDS,
) -> Iterator[_Case]:
    """The pictures of a folder, damaged, 8-bit."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".png", ".jpg"))
    photos = [read_photo(path) for path in paths[:limit]]
    tensors = [
        torch.from_numpy(to_float(photo.pixels)).permute(2, 0, 1).contiguous() for photo in photos
    ]
    made = damaged_set(tensors, _SEED, least_change, kinds)
    for path, photo, batch in zip(paths, photos, made, strict=False):
        degraded = batch.degraded[0].permute(1, 2, 0).numpy()
        mask = np.where(batch.mask[0, 0].numpy() > 0, np.uint8(255), np.uint8(0))
        yield path.stem, photo, Photo(to_integer(np.ascontiguousarray(degraded), np.uint8)), mask


def measure_finding(cases: list[_Case], session: Session) -> list[dict[str, Any]]:
    """Recall, precision and F1 over all pixels, and the share marked on the clean pictures."""
    rows = []
    print(f"{'find':<18}{'sensitivity':>12}{'F1':>8}{'recall':>8}{'precision':>11}{'clean':>10}")
    _print_top_hat(cases)
    for choice in _choices(session, FIND_DAMAGE):
        tally = {each: np.zeros(5) for each in SENSITIVITIES}
        for _, clean, damaged, truth in cases:
            on_clean, on_damaged = (
                look_for_damage(photo, choice, session, NoProgress(), CancelToken())
                for photo in (clean, damaged)
            )
            for each in SENSITIVITIES:
                tally[each] += _hits(on_damaged.mask(each), truth, on_clean.mask(each))
        for each in SENSITIVITIES:
            scores = _scores(tally[each], cases)
            rows.append({"model": choice.name, "sensitivity": each, **scores})
            _print_row(choice.name, f"{each}", scores)
    return rows


def _print_top_hat(cases: list[_Case]) -> None:
    """The row of the plainest way to find lines and specks, which says how hard the set is."""
    tally = np.zeros(5)
    for _, clean, damaged, truth in cases:
        tally += _hits(_top_hat(damaged), truth, _top_hat(clean))
    _print_row("top-hat and Otsu", "-", _scores(tally, cases))


def _scores(tally: NDArray[np.float64], cases: list[_Case]) -> dict[str, float]:
    """What a sum of `_hits` over the cases comes to."""
    recalled, true, hit, found, marked = tally
    recall, precision = recalled / max(1, true), hit / max(1, found)
    return {
        "f1": harmonic_mean(precision, recall),
        "recall": recall,
        "precision": precision,
        "clean_share": marked / sum(truth.size for _, _, _, truth in cases),
    }


def _print_row(name: str, sensitivity: str, scores: dict[str, float]) -> None:
    print(
        f"{name:<18}{sensitivity:>12}{scores['f1']:>8.3f}{scores['recall']:>8.3f}"
        f"{scores['precision']:>11.3f}{scores['clean_share']:>10.4%}",
        flush=True,
    )


def _top_hat(photo: Photo) -> Mask:
    grey = cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY)
    light, dark = (
        cv2.morphologyEx(grey, way, _TOP_HAT) for way in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT)
    )
    _, mask = cv2.threshold(np.maximum(light, dark), 0, 255, cv2.THRESH_OTSU)
    return np.asarray(mask, np.uint8)


def _hits(found: Mask, truth: Mask, on_clean: Mask) -> NDArray[np.float64]:
    """Recalled and true pixels, right and found pixels, pixels marked on the clean picture."""
    recalled = cv2.countNonZero(cv2.bitwise_and(truth, cv2.dilate(found, _TOLERANCE)))
    right = cv2.countNonZero(cv2.bitwise_and(found, cv2.dilate(truth, _TOLERANCE)))
    counts = (cv2.countNonZero(truth), right, cv2.countNonZero(found), cv2.countNonZero(on_clean))
    return np.array([recalled, *counts], np.float64)


def measure_filling(cases: list[_Case], session: Session) -> list[dict[str, Any]]:
    """PSNR inside the true masks, the mean over the pictures."""
    rows = []
    print(f"{'fill':<18}{'PSNR dB':>8}{'worst':>8}")
    for name, fill in _fills(session):
        scores = []
        for _, clean, damaged, truth in cases:
            filled, inside = fill(damaged, truth), truth > 0
            scores.append(metrics.psnr(filled[inside], to_float(clean.pixels)[inside]))
        rows.append({"model": name, "psnr_db": float(np.mean(scores)), "by_picture": scores})
        print(f"{name:<18}{np.mean(scores):>8.2f}{min(scores):>8.2f}", flush=True)
    return rows


def _fills(session: Session) -> Iterator[tuple[str, Callable[[Photo, Mask], Float]]]:
    for choice in _choices(session, FILL):
        if choice.entry is None:
            yield CLASSICAL, lambda photo, mask: fill_holes(to_float(photo.pixels), mask)
            continue
        network = session.network(choice)

        def by_network(photo: Photo, mask: Mask, network: Any = network) -> Float:
            first = ClassicalFill(photo.pixels, mask)
            return NetworkFill(session, network, first, mask).values(whole(mask))

        yield choice.name, by_network
    for name, method in (("Telea", cv2.INPAINT_TELEA), ("Navier-Stokes", cv2.INPAINT_NS)):

        def by_cv2(photo: Photo, mask: Mask, method: int = method) -> Float:
            filled = cv2.inpaint(np.asarray(photo.pixels), mask, _TELEA_RADIUS_PX, method)
            return to_float(np.asarray(filled, np.uint8))

        yield f"{name}, radius {_TELEA_RADIUS_PX}"[:17], by_cv2


def measure_wide(
    folder: Path, session: Session, keep: Path | None, other: Path | None
) -> list[dict[str, Any]]:
    """Feature distance and share of the true detail of each fill of torn pictures."""
    features = make_features("efficientnet_lite0")
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".png", ".jpg"))
    chosen = paths[:: max(1, len(paths) // _TORN_PICTURES)][:_TORN_PICTURES]
    ways = _wide_ways(session)
    rows: list[dict[str, Any]] = []
    print(
        f"{'picture':<18}"
        + "".join(f"{name:>18}" for name in (*ways, *(["other"] if other else [])))
    )
    for number, path in enumerate(chosen):
        clean = read_photo(path)
        mask = torn_mask(clean.height, clean.width, number)
        torn = Photo(np.where(mask[..., None] > 0, np.uint8(255), clean.pixels))
        fills = {name: to_integer(fill(torn, mask), np.uint8) for name, fill in ways.items()}
        if other is not None:
            fills["other"] = np.asarray(read_photo(other / f"{path.stem}.png").pixels, np.uint8)
        if keep is not None:
            _keep_pictures(keep, path.stem, {"torn": torn.pixels, "mask": mask, **fills})
        row: dict[str, Any] = {"picture": path.stem}
        for name, filled in fills.items():
            whole_picture = np.where(mask[..., None] > 0, filled, clean.pixels)
            distance = _feature_distance(features, whole_picture, clean.pixels, mask)
            share = _inner_detail(whole_picture, mask) / _inner_detail(clean.pixels, mask)
            row[name] = {"distance": distance, "detail": share}
        rows.append(row)
        print(f"{path.stem:<18}" + "".join(_wide_cell(row[name]) for name in fills), flush=True)
    means = {
        name: {key: float(np.mean([row[name][key] for row in rows])) for key in rows[0][name]}
        for name in rows[0]
        if name != "picture"
    }
    print(f"{'mean':<18}" + "".join(_wide_cell(mean) for mean in means.values()))
    print("distance and share of the true detail; filling a hole of 300 px at 12 MP:")
    photo = made_photo(12.0)
    hole = np.zeros((photo.height, photo.width), np.uint8)
    hole[1000:1300, 1500:1800] = 255
    seconds = _seconds(partial(ways["the program"], photo, hole))
    print(f"{seconds:.2f} s")
    return [*rows, {"picture": "mean", **means}, {"seconds": seconds}]


def torn_mask(height: int, width: int, number: int) -> Mask:
    """Three uneven blobs of 40, 75 and 110 px, seeded by a picture's number."""
    random = np.random.default_rng(100 + number)
    mask = np.zeros((height, width), np.uint8)
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    for size in _TORN_PX:
        for _ in range(500):
            y, x = (random.uniform(0.6 * size, side - 0.6 * size) for side in (height, width))
            radius = np.ones(48)
            for wave in (2, 3, 4, 5):
                phase = random.uniform(0, 2 * np.pi)
                radius += random.normal(0, 0.25 / wave) * np.cos(wave * angle + phase)
            radius *= 0.475 * size
            outline = np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1)
            blob = np.zeros_like(mask)
            cv2.fillPoly(blob, [np.rint(outline).astype(np.int32)], (255,))
            if not (cv2.dilate(blob, np.ones((25, 25), np.uint8)) & mask).any():
                mask |= blob
                break
    return mask


def _wide_ways(session: Session) -> dict[str, Callable[[Photo, Mask], Float]]:
    """The fills of wide holes: the program's, and the one of thin damage."""
    choice = session.choose(FILL, AUTO)
    if choice.entry is None:
        thin: ThinFill = classical_fill
    else:
        network = session.network(choice)

        def thin(pixels: Pixels, mask: Mask) -> HoleFill:
            return NetworkFill(session, network, classical_fill(pixels, mask), mask)

    def by_program(photo: Photo, mask: Mask) -> Float:
        fill, _, _ = fill_of_all(photo.pixels, mask, thin, NoProgress(), CancelToken())
        return fill.values(whole(mask))

    def as_thin(photo: Photo, mask: Mask) -> Float:
        return thin(photo.pixels, mask).values(whole(mask))

    return {"as thin damage": as_thin, "the program": by_program}


def measure_veiled(folder: Path, session: Session) -> list[dict[str, Any]]:
    """What lifting is worth on damage that the picture shows through, and costs on opaque one."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".png", ".jpg"))
    chosen = paths[:: max(1, len(paths) // _VEILED_PICTURES)][:_VEILED_PICTURES]
    fill = _wide_ways(session)["the program"]
    rows = []
    print(f"{'damage':<22}{'filled':>16}{'lifted':>16}{'worst change':>14}")
    for draw in (veiled_lines, veiled_blobs):
        for is_opaque in (False, True):
            scores = []
            for number, path in enumerate(chosen):
                clean = read_photo(path)
                damaged, mask = draw(clean, number, is_opaque)
                filled = fill(damaged, mask)
                repaired = filled.copy()
                lifted = lift(damaged.pixels, mask, wide_parts(mask, 2 * DEEPEST_PX), CancelToken())
                if lifted is not None:
                    lifted.put_into(repaired, whole(mask))
                scores.append([_veiled_scores(each, clean, mask) for each in (filled, repaired)])
            mean = np.mean(scores, axis=0)
            worst = min(after[0] - before[0] for before, after in scores)
            name = f"{draw.__name__}{', opaque' if is_opaque else ''}"
            rows.append({"damage": name, "filled": mean[0].tolist(), "lifted": mean[1].tolist()})
            cells = "".join(f"{psnr:>11.2f}{detail:>5.2f}" for psnr, detail in mean)
            print(f"{name:<22}{cells}{worst:>14.2f}", flush=True)
    return rows


def _veiled_scores(found: Float, clean: Photo, mask: Mask) -> tuple[float, float]:
    """PSNR inside the mask, and the share of the true detail."""
    inside, truth = mask > 0, to_float(clean.pixels)
    detail = [
        float(np.abs(cv2.Laplacian(each.mean(axis=2), cv2.CV_32F))[inside].mean())
        for each in (found, truth)
    ]
    return metrics.psnr(found[inside], truth[inside]), detail[0] / detail[1]


def veiled_lines(clean: Photo, number: int, is_opaque: bool) -> tuple[Photo, Mask]:
    """A picture under nine soft bent lines, seeded by its number, and where they are."""
    random = np.random.default_rng(number)
    covers = []
    for _ in range(9):
        cover = np.zeros((clean.height, clean.width), np.float32)
        start = random.uniform((0, 0), (clean.width, clean.height))
        length, angle = random.uniform(0.3, 0.9) * clean.height, random.uniform(0, 2 * np.pi)
        bend = np.cumsum(random.normal(0, 0.05, 24)) + angle
        steps = np.stack([np.cos(bend), np.sin(bend)], axis=1) * length / 24
        points = np.rint(start + np.cumsum(steps, axis=0)).astype(np.int32)
        cv2.polylines(cover, [points], False, (1.0,), int(random.integers(1, 14)))
        covers.append(cv2.GaussianBlur(cover, (0, 0), 0.8))
    return _veiled(clean, covers, random, is_opaque)


def veiled_blobs(clean: Photo, number: int, is_opaque: bool) -> tuple[Photo, Mask]:
    """A picture under four soft stains, seeded by its number, and where they are."""
    random = np.random.default_rng(1000 + number)
    covers = []
    for _ in range(4):
        cover = np.zeros((clean.height, clean.width), np.float32)
        size = random.uniform(20, 80)
        centre = random.uniform((size, size), (clean.width - size, clean.height - size))
        axes = (int(size / 2), int(size / 2 * random.uniform(0.6, 1)))
        turn = random.uniform(0, 180)
        cv2.ellipse(cover, np.rint(centre).astype(int).tolist(), axes, turn, 0, 360, (1.0,), -1)
        covers.append(cv2.GaussianBlur(cover, (0, 0), size / 12))
    return _veiled(clean, covers, random, is_opaque)


def _veiled(
    clean: Photo, covers: Sequence[NDArray[Any]], random: np.random.Generator, is_opaque: bool
) -> tuple[Photo, Mask]:
    """A picture under some covers (H, W) in [0, 1]; opaque ones are uneven paper or dirt."""
    picture = to_float(clean.pixels)
    mask = np.zeros((clean.height, clean.width), np.uint8)
    for cover in covers:
        mask[cover > _VEILED_MARK] = 255
        gain = random.uniform(0.5, 0.9)
        offset = random.uniform(-0.05, 0.9 * (1 - gain) + 0.05)
        if is_opaque:
            noise = cv2.GaussianBlur(random.normal(size=mask.shape), (0, 0), 1.2)
            paper = random.choice([0.1, 0.9]) + random.normal(0, 0.03, 3)
            paint = paper + (0.06 * noise / noise.std())[..., None]
            part = np.clip(3 * cover, 0, 1)[..., None]
            picture = picture + part * (paint - picture)
        else:
            part = cover[..., None]
            picture = picture * (1 - part * (1 - gain)) + part * offset
    veiled = np.clip(picture, 0, 1).astype(np.float32)
    return Photo(to_integer(veiled, np.uint8)), mask


def _keep_pictures(folder: Path, stem: str, pictures: dict[str, Pixels]) -> None:
    for name, pixels in pictures.items():
        path = folder / name / f"{stem}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        PIL.Image.fromarray(pixels).save(path)


def _wide_cell(scores: dict[str, float]) -> str:
    return f"{scores['distance']:>11.3f}{scores['detail']:>7.2f}"


def _feature_distance(
    features: torch.nn.Module, filled: Pixels, clean: Pixels, mask: Mask
) -> float:
    """Squared differences of unit feature vectors inside the mask, the mean over the layers."""
    with torch.no_grad():
        filled_at, clean_at = (
            features(torch.from_numpy(to_float(each)).permute(2, 0, 1)[None])
            for each in (filled, clean)
        )
    distances = []
    for first, second in zip(filled_at, clean_at, strict=True):
        size = (first.shape[3], first.shape[2])
        weight = cv2.resize(to_float(mask), size, interpolation=cv2.INTER_AREA)
        units = [each[0] / (each[0].norm(dim=0, keepdim=True) + 1e-6) for each in (first, second)]
        difference = (units[0] - units[1]).square().sum(dim=0).numpy()
        distances.append((difference * weight).sum() / weight.sum())
    return float(np.mean(distances))


def _inner_detail(pixels: Pixels, mask: Mask) -> float:
    """The mean absolute Laplacian inside a mask, 2 px away from its edge."""
    grey = cv2.cvtColor(np.asarray(pixels, np.uint8), cv2.COLOR_RGB2GRAY).astype(np.float32)
    inner = cv2.erode(mask, _TOLERANCE) > 0
    return float(np.abs(cv2.Laplacian(grey, cv2.CV_32F))[inner].mean())


def _choices(session: Session, task: str) -> list[ModelChoice]:
    """The default network of a task, where there is one, and the classical way."""
    found = session.choose(task, AUTO)
    plain = [] if found.entry is None else [ModelChoice(found.entry, found.sha256)]
    return [*plain, ModelChoice(None)]


def measure_speed(megapixels: float, session: Session) -> list[dict[str, Any]]:
    """Seconds for finding on a clean photo and for filling 3 % of it; the second run of each."""
    photo = made_photo(megapixels)
    mask = damage_mask(photo.height, photo.width)
    rows = []
    for model in (AUTO, CLASSICAL):
        choices = DAMAGE.choose(DamageConfig(model=model), session)
        plan = RestorePlan().with_only(["damage"]).with_step("damage", model=model)
        finder = choices[FIND_DAMAGE]
        for task, run in (
            ("find", partial(look_for_damage, photo, finder, session, NoProgress(), CancelToken())),
            ("fill", partial(restore, photo, plan, session=session, masks={DAMAGE.name: mask})),
        ):
            seconds = _seconds(run)
            model_names = names_of(choices)
            rows.append({"task": task, "model": model_names, "seconds": seconds})
            print(f"{task:<6}{model_names:<34}{photo.megapixels:>7.1f} MP{seconds:>8.2f} s")
    share = cv2.countNonZero(mask) / mask.size
    print(f"fill: {share:.1%} of the photo, the whole step with reading and writing pixels")
    return rows


def _seconds(run: Callable[[], object]) -> float:
    run()
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def damage_mask(height: int, width: int) -> Mask:
    """Long scratches of 4 to 12 px and dust, together `_DAMAGED_SHARE` of the picture, seeded."""
    random = np.random.default_rng(_SEED)
    mask = np.zeros((height, width), np.uint8)
    while cv2.countNonZero(mask) < _DAMAGED_SHARE * mask.size:
        x, y, angle = *random.uniform((0, 0), (width, height)), random.uniform(0, 2 * np.pi)
        length = random.uniform(0.2, 0.9) * height
        bend = np.cumsum(random.normal(0, 0.04, 24)) + angle
        steps = np.stack([np.cos(bend), np.sin(bend)], axis=1) * length / 24
        points = np.rint(np.array([x, y]) + np.cumsum(steps, axis=0)).astype(np.int32)
        cv2.polylines(mask, [points], False, (255,), int(random.integers(4, 13)))
        for _ in range(40):
            centre = random.integers((0, 0), (width, height))
            cv2.circle(mask, centre.tolist(), int(random.integers(2, 7)), (255,), -1)
    return mask


if __name__ == "__main__":
    main()
