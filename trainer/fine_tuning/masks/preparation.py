# SPDX-License-Identifier: Apache-2.0
"""Working copies for the damage networks: pairs as each of the two sees them, with their masks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from restorer_app.engine.core.errors import ImageReadError
from restorer_app.engine.core.mask import Mask
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import to_integer
from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.files.atomic import write_bytes_atomically
from restorer_app.engine.steps.damage.finding.classical import WORK_PIXELS
from trainer.data.pair_finding import PicturePair
from trainer.fine_tuning.masks.derivation import PLAUSIBLE_SHARE, derive_damage
from trainer.fine_tuning.pairs.preparation import (
    PreparedPair,
    RefusedPair,
    encode_png,
    read_working_copy,
)
from trainer.fine_tuning.pairs.refusal import PairRefusedError
from trainer.fine_tuning.pairs.registration import LARGEST_COPY_PIXELS

_NAMED = 3
"""So many pairs are named in a note."""

_Look = Callable[[PreparedPair, Pixels, Pixels], tuple[PreparedPair, Mask]]


def prepare_for_finding(
    pairs: Sequence[PicturePair], prepared: Sequence[PreparedPair], cancel: CancelToken
) -> tuple[list[PreparedPair], list[RefusedPair], list[str]]:
    """Pairs at the size at which the detector looks at such photos; see `prepare_for_filling`.

    Args:
        pairs: of the job: the size of the photos themselves counts.
        prepared: their working copies.
        cancel: ends between pairs.

    Raises:
        OSError: the disk is full or not writable.
        Cancelled: the token was set.
    """
    photos = {pair.name: pair.before for pair in pairs}

    def look(pair: PreparedPair, before: Pixels, after: Pixels) -> tuple[PreparedPair, Mask]:
        factor = _view_factor(photos[pair.name], pair)
        size = (max(1, round(pair.width * factor)), max(1, round(pair.height * factor)))
        if factor < 1:
            before = cv2.resize(np.asarray(before), size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
            after = cv2.resize(np.asarray(after), size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        seen = _beside(pair, "view")
        seen = replace(seen, width=before.shape[1], height=before.shape[0])
        _write(seen.before, before)
        _write(seen.after, after)
        return seen, derive_damage(before, after).mask

    return _prepare(prepared, look, cancel)


def prepare_for_filling(
    prepared: Sequence[PreparedPair], cancel: CancelToken
) -> tuple[list[PreparedPair], list[RefusedPair], list[str]]:
    """Pairs whose `after` has the tone of `before`, as a fill must have, with their masks.

    Args:
        prepared: working copies of registered pairs.
        cancel: ends between pairs.

    Returns:
        The pairs, each with a mask in `mask_file`; those that show no damage and why; sentences
        for the report.

    Raises:
        OSError: the disk is full or not writable.
        Cancelled: the token was set.
    """

    def look(pair: PreparedPair, before: Pixels, after: Pixels) -> tuple[PreparedPair, Mask]:
        found = derive_damage(before, after)
        seen = replace(_beside(pair, "fill"), before=pair.before)
        _write(seen.after, to_integer(found.explained, before.dtype))
        return seen, found.mask

    return _prepare(prepared, look, cancel)


def mask_file(pair: PreparedPair) -> Path:
    """Where the mask of a prepared pair is."""
    return pair.after.with_name(f"{pair.after.stem}_mask.png")


def read_mask_copy(pair: PreparedPair) -> Mask:
    """The mask of a prepared pair.

    Raises:
        ImageReadError: it is gone or damaged.
    """
    path = mask_file(pair)
    try:
        found = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_GRAYSCALE)
    except (OSError, cv2.error) as error:
        raise ImageReadError(f"The working copy '{path}' cannot be read.") from error
    if found is None or found.shape != (pair.height, pair.width):
        raise ImageReadError(f"The working copy '{path}' is damaged; delete it and start again.")
    return np.asarray(found, np.uint8)


def _prepare(
    prepared: Sequence[PreparedPair],
    look: _Look,
    cancel: CancelToken,
) -> tuple[list[PreparedPair], list[RefusedPair], list[str]]:
    usable: list[PreparedPair] = []
    refused: list[RefusedPair] = []
    odd: list[str] = []
    for pair in prepared:
        cancel.check()
        try:
            before, after = (read_working_copy(path) for path in (pair.before, pair.after))
            seen, mask = look(pair, before, after)
        except (PairRefusedError, ImageReadError) as error:
            refused.append(RefusedPair(pair.name, str(error)))
            continue
        _write(mask_file(seen), np.dstack([mask] * 3))
        usable.append(seen)
        marked = float(np.count_nonzero(mask)) / mask.size
        if not PLAUSIBLE_SHARE[0] <= marked <= PLAUSIBLE_SHARE[1]:
            odd.append(f"{pair.name} ({100 * marked:.1f} %)")
    return usable, refused, _notes(odd)


def _notes(odd: Sequence[str]) -> list[str]:
    if not odd:
        return []
    named = ", ".join(odd[:_NAMED]) + (", ..." if len(odd) > _NAMED else "")
    low, high = (f"{100 * each:g}" for each in PLAUSIBLE_SHARE)
    return [
        f"Damage covers unusually little or much of {named}; of most scans it covers {low} to "
        f"{high} %."
    ]


def _beside(pair: PreparedPair, word: str) -> PreparedPair:
    """The same pair with files of its own, beside the others."""
    stem = pair.before.stem.removesuffix("_before")
    before, after = (
        pair.before.with_name(f"{stem}_{word}_{name}.png") for name in ("before", "after")
    )
    return replace(pair, before=before, after=after)


def _view_factor(photo: Path, pair: PreparedPair) -> float:
    """How much smaller than its working copy the detector sees a photo, at most 1."""
    pixels = pair.width * pair.height
    if pixels >= 0.98 * LARGEST_COPY_PIXELS:
        # Only its middle was kept, at full size; the detector is shown all of it.
        pixels = max(pixels, _pixels_of(photo))
    return float(min(1.0, (WORK_PIXELS / pixels) ** 0.5))


def _pixels_of(photo: Path) -> int:
    """How many pixels a file has, by its header; 0 where Pillow does not know it."""
    try:
        with Image.open(photo) as image:
            return image.width * image.height
    except (OSError, ValueError, Image.DecompressionBombError):
        return 0


def _write(path: Path, pixels: Pixels) -> None:
    write_bytes_atomically(path, encode_png(pixels))
