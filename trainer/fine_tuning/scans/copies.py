# SPDX-License-Identifier: Apache-2.0
"""Working copies of old scans and clean pictures that are no pairs: 8-bit PNG files."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from restorer_app.engine.core.checked_json import parse_json
from restorer_app.engine.core.errors import ImageReadError, TrainingDataError
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, thumbnail, to_float, to_integer
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.files.atomic import write_bytes_atomically
from restorer_app.engine.files.read import read_photo
from trainer.data.photos import Image
from trainer.fine_tuning.pairs.preparation import RefusedPair
from trainer.fine_tuning.pairs.task import HELD_OUT_SHARE
from trainer.fine_tuning.run.built_in import training_pictures
from trainer.fine_tuning.run.job import FineTuneJob

SCANS = "scans"
"""Below the job's folder."""
OLD, HELD_OUT, CLEAN = "old", "held_out", "clean"
"""Below that: scans to learn from, scans to look at, clean pictures."""
_LARGEST_SCAN_PX = 2048
_LARGEST_CLEAN_PX = 1280
_SMALLEST_PX = 96
_CARD = "scans.json"


@dataclass(frozen=True)
class Copy:
    """One working copy.

    Attributes:
        name: of the file that it was made of.
        path: of the copy.
    """

    name: str
    path: Path


@dataclass(frozen=True)
class ScanCopies:
    """What was copied.

    Attributes:
        old: scans to learn from.
        held_out: scans to look at afterwards; of a single scan that one.
        clean: clean pictures.
        refused: files that cannot be used, and why.
    """

    old: tuple[Copy, ...]
    held_out: tuple[Copy, ...]
    clean: tuple[Copy, ...]
    refused: tuple[RefusedPair, ...]


def copy_scans(job: FineTuneJob, cancel: CancelToken) -> ScanCopies:
    """Copy all, unless that was done before and no file has changed.

    Of a large scan the middle, at its own size: the pitch of a screen and the size of grain are
    what is to be learnt. Clean pictures are reduced: that takes their own noise and JPEG artefacts
    out. Without any, the program's own take their place. A fifth of the scans is held out, by a
    hash of their names.

    Raises:
        TrainingDataError: no scan can be used, or none of the clean pictures.
        OSError: the disk is full or not writable.
        Cancelled: the token was set.
    """
    place = job.folder / SCANS
    signature = [_signature(path) for path in (*job.old_scans, *job.clean_pictures)]
    known = _read_card(place, signature)
    if known is not None:
        return known
    shutil.rmtree(place, ignore_errors=True)
    refused: list[RefusedPair] = []
    scans = _copied(job.old_scans, place / OLD, _middle, cancel, refused)
    if not scans:
        raise TrainingDataError(_unusable("old scans", refused))
    clean = _copied(job.clean_pictures, place / CLEAN, _reduced, cancel, refused)
    if job.clean_pictures and not clean:
        raise TrainingDataError(_unusable("clean pictures", refused))
    scans.sort(key=lambda copy: copy.path.name)
    count = max(1, round(HELD_OUT_SHARE * len(scans))) if len(scans) > 1 else 0
    held_out = tuple(_moved(copy, place / HELD_OUT) for copy in scans[:count])
    old = tuple(scans[count:])
    shown = clean or _program_pictures(place / CLEAN)
    copies = ScanCopies(old, held_out or old, tuple(shown), tuple(refused))
    table = {"signature": signature, **dataclasses.asdict(copies)}
    # Last: the card stands for whole copies.
    write_bytes_atomically(place / _CARD, json.dumps(table, default=str).encode())
    return copies


def _copied(
    files: Sequence[Path],
    folder: Path,
    cut: Callable[[Pixels], Image],
    cancel: CancelToken,
    refused: list[RefusedPair],
) -> list[Copy]:
    copies = []
    for path in files:
        cancel.check()
        try:
            picture = cut(read_photo(path).pixels)
        except ImageReadError as error:
            refused.append(RefusedPair(path.name, str(error)))
            continue
        except MemoryError:
            text = "There is not enough memory for this picture; make it smaller."
            refused.append(RefusedPair(path.name, text))
            continue
        if min(picture.shape[:2]) < _SMALLEST_PX:
            text = f"It is too small; both sides must have at least {_SMALLEST_PX} pixels."
            refused.append(RefusedPair(path.name, text))
            continue
        copies.append(_write(picture, folder, path.name, str(path.resolve())))
    return copies


def _program_pictures(folder: Path) -> list[Copy]:
    """The sample portrait and drawings; the second picture is the portrait aged."""
    portrait, _aged, *drawings = training_pictures()
    pictures = [portrait, *drawings]
    return [
        _write(picture, folder, f"program {number}", str(number))
        for number, picture in enumerate(pictures, 1)
    ]


def _write(picture: Image, folder: Path, name: str, key: str) -> Copy:
    folder.mkdir(parents=True, exist_ok=True)
    number = hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=6).hexdigest()
    path = folder / f"{number}.png"
    write_bytes_atomically(path, cv2.imencode(".png", picture[:, :, ::-1])[1].tobytes())
    return Copy(name, path)


def _moved(copy: Copy, folder: Path) -> Copy:
    folder.mkdir(parents=True, exist_ok=True)
    return Copy(copy.name, copy.path.replace(folder / copy.path.name))


def _middle(pixels: Pixels) -> Image:
    height, width = (min(each, _LARGEST_SCAN_PX) for each in pixels.shape[:2])
    top, left = (pixels.shape[0] - height) // 2, (pixels.shape[1] - width) // 2
    return _eight_bits(to_float(pixels[top : top + height, left : left + width]))


def _reduced(pixels: Pixels) -> Image:
    return _eight_bits(thumbnail(pixels, _LARGEST_CLEAN_PX))


def _eight_bits(values: Float) -> Image:
    return np.asarray(to_integer(values, np.uint8), np.uint8)


def _signature(path: Path) -> list[str | int]:
    """Name, size and time; zeros where the file is missing, which reading will tell."""
    try:
        found = path.stat()
    except OSError:
        return [str(path), 0, 0]
    return [str(path), found.st_size, found.st_mtime_ns]


def _read_card(place: Path, signature: list[list[str | int]]) -> ScanCopies | None:
    try:
        table = parse_json((place / _CARD).read_bytes())
        if table["signature"] != signature:
            return None
        old, held_out, clean = (
            tuple(Copy(each["name"], Path(each["path"])) for each in table[key])
            for key in (OLD, HELD_OUT, CLEAN)
        )
        refused = tuple(RefusedPair(**each) for each in table["refused"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    is_whole = all(copy.path.is_file() for copy in (*old, *held_out, *clean))
    return ScanCopies(old, held_out, clean, refused) if is_whole else None


def _unusable(what: str, refused: Sequence[RefusedPair]) -> str:
    if not refused:
        return f"There are no {what} to learn from; choose another folder."
    first = refused[0]
    return f"None of the {what} can be used; of {first.name}: {first.reason}"
