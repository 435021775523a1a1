# SPDX-License-Identifier: Apache-2.0
"""Working copies of a job's pairs: registered once; a run never reads the originals again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from restorer_app.engine.core.checked_json import parse_json
from restorer_app.engine.core.errors import ImageReadError
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.files.atomic import write_bytes_atomically
from restorer_app.engine.files.read import read_photo
from trainer.data.pair_finding import PicturePair
from trainer.fine_tuning.pairs.alignment import align, look_at
from trainer.fine_tuning.pairs.refusal import PairRefusedError
from trainer.fine_tuning.pairs.registration import (
    RegisteredPair,
    cut_after,
    cut_before,
    find_frame,
    finish,
    source_of,
)

FOLDER = "pairs"
"""Below the job's folder."""
KEPT_MEGAPIXELS = 30.0
"""A larger photo is read a second time rather than kept beside its partner."""


@dataclass(frozen=True)
class PreparedPair:
    """A registered pair on disk.

    Attributes:
        name: of the pair.
        before: PNG, 8 or 16 bits.
        after: PNG of the same size and depth.
        residual: see `RegisteredPair`.
        width: of both, in pixels.
        height: of both, in pixels.
        method: how they were laid over each other, for a person.
    """

    name: str
    before: Path
    after: Path
    residual: float
    width: int
    height: int
    method: str = ""


@dataclass(frozen=True)
class RefusedPair:
    """A pair that cannot be learnt from.

    Attributes:
        name: of the pair.
        reason: one sentence.
    """

    name: str
    reason: str


def prepare_pair(pair: PicturePair, folder: Path) -> PreparedPair:
    """Register one pair and write its working copies below `folder`; again only if files changed.

    The window calls this in a thread for its table and flicker view, with the job's folder; the
    run then finds everything done.

    Args:
        pair: two files of any readable format.
        folder: the job's.

    Raises:
        PairRefusedError: they do not match.
        ImageReadError: one cannot be read.
        OSError: the disk is full or not writable.
    """
    place = folder / FOLDER
    number = _number(pair)
    card = place / f"{number}.json"
    signature = _signature(pair)
    paths = place / f"{number}_before.png", place / f"{number}_after.png"
    known = _read_card(card)
    if known is not None and known.get("signature") == signature and all(map(Path.is_file, paths)):
        return PreparedPair(pair.name, *paths, **known["values"])
    registered = register_files(pair)
    place.mkdir(parents=True, exist_ok=True)
    card.unlink(missing_ok=True)
    for path, pixels in zip(paths, (registered.before, registered.after), strict=True):
        write_bytes_atomically(path, encode_png(pixels))
    height, width = registered.before.shape[:2]
    values = {
        "residual": round(registered.residual, 4),
        "width": width,
        "height": height,
        "method": registered.method,
    }
    # Last: a card stands for two whole pictures.
    write_bytes_atomically(card, json.dumps({"signature": signature, "values": values}).encode())
    return PreparedPair(pair.name, *paths, **values)


def register_files(pair: PicturePair) -> RegisteredPair:
    """Register two files; at most one photo of more than 30 megapixels is in memory at a time.

    Raises:
        PairRefusedError: they do not match.
        ImageReadError: one cannot be read.
    """
    if pair.before.resolve() == pair.after.resolve():
        raise PairRefusedError("The same file was given twice; choose its restored version.")
    before = read_photo(pair.before)
    first, look_1 = source_of(before), look_at(before.pixels)
    kept = before if before.megapixels <= KEPT_MEGAPIXELS else None
    del before
    after = read_photo(pair.after)
    second, look_2 = source_of(after), look_at(after.pixels)
    frame = find_frame(align(look_1, look_2), first, second)
    cut_2 = cut_after(after, frame)
    del after
    cut_1 = cut_before(kept or read_photo(pair.before), frame)
    return finish(cut_1, cut_2, first, second, frame)


def prepare_pairs(
    pairs: tuple[PicturePair, ...],
    folder: Path,
    cancel: CancelToken | None = None,
    report: Callable[[int, int], None] | None = None,
) -> tuple[list[PreparedPair], list[RefusedPair]]:
    """Prepare all; a pair that cannot be used is refused with its reason, the others go on.

    Args:
        pairs: of a job.
        folder: the job's.
        cancel: ends between pairs.
        report: told how many of how many are done.

    Raises:
        OSError: the disk is full or not writable.
        Cancelled: the token was set.
    """
    prepared: list[PreparedPair] = []
    refused: list[RefusedPair] = []
    for number, pair in enumerate(pairs):
        if cancel is not None:
            cancel.check()
        try:
            prepared.append(prepare_pair(pair, folder))
        except (PairRefusedError, ImageReadError) as error:
            refused.append(RefusedPair(pair.name, str(error)))
        except MemoryError:
            reason = "There is not enough memory for these pictures; make them smaller."
            refused.append(RefusedPair(pair.name, reason))
        if report is not None:
            report(number + 1, len(pairs))
    return prepared, refused


def read_working_copy(path: Path) -> Pixels:
    """A picture that `prepare_pair` wrote, RGB (H, W, 3) uint8 or uint16.

    Raises:
        ImageReadError: it is gone or damaged.
    """
    try:
        found = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    except (OSError, cv2.error) as error:
        raise ImageReadError(f"The working copy '{path}' cannot be read.") from error
    if found is None or found.ndim != 3:
        raise ImageReadError(f"The working copy '{path}' is damaged; delete it and start again.")
    pixels: Pixels = np.ascontiguousarray(found[:, :, ::-1])  # type: ignore[assignment]
    return pixels


def prepared_to_json(pair: PreparedPair) -> dict[str, Any]:
    """JSON types, as the "pairs" event has them."""
    return {**asdict(pair), "before": str(pair.before), "after": str(pair.after)}


def encode_png(pixels: Pixels) -> bytes:
    """A working copy's file."""
    # Compression 1: three times faster, and the copies go with the job.
    return cv2.imencode(".png", pixels[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()


def _number(pair: PicturePair) -> str:
    text = f"{pair.before.resolve()}\0{pair.after.resolve()}"
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=6).hexdigest()


def _signature(pair: PicturePair) -> list[int]:
    """Sizes and times of both files; zeros where one is missing, which reading will tell."""
    numbers: list[int] = []
    for path in (pair.before, pair.after):
        try:
            found = path.stat()
            numbers += [found.st_size, found.st_mtime_ns]
        except OSError:
            numbers += [0, 0]
    return numbers


def _read_card(path: Path) -> dict[str, Any] | None:
    try:
        found = parse_json(path.read_bytes())
        return found if isinstance(found, dict) and "values" in found else None
    except (OSError, ValueError):
        return None
