# SPDX-License-Identifier: Apache-2.0
"""Samples of any type (1 to 32-bit integers, signed, floating point) to uint8 or uint16."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.files.codecs.decoded import UnreadableFileError
from restorer_app.engine.files.words import FilePhrase

_FLOAT_RANGES = (1.0, 255.0, 65535.0)
_HEADROOM = 4.0
_STRIP_ROWS = 256
_SAMPLED = 20_000
"""Values per strip of rows that the scale is chosen by."""
_SCALE_QUANTILE = 0.998
_BEYOND = 1.02
"""How many times white a value must be before its being cut is worth a note."""


def to_stored_integers(samples: NDArray[Any], bits: int) -> tuple[Pixels, tuple[Message, ...]]:
    """Bring samples to the full range of uint8 (up to 8 bits) or uint16 (everything else).

    Args:
        samples: (H, W) or (H, W, C) of any dtype and byte order.
        bits: significant bits of unsigned integers, e.g. 12 in a uint16.

    Returns:
        The same shape, uint8 or uint16, and notes on what was lost.

    Raises:
        TypeError: complex numbers.
    """
    dtype = samples.dtype
    if dtype.kind == "b":
        return samples.astype(np.uint8) * np.uint8(255), ()
    if dtype.kind == "f":
        return _from_float(samples)
    if dtype.kind not in "ui":
        raise TypeError(f"samples of type {dtype}")
    if dtype.kind == "u" and dtype.itemsize <= 2 and bits in (8, 16):
        return samples.astype(dtype.newbyteorder("="), copy=False), ()
    if dtype.kind == "u" and dtype.itemsize <= 2:
        return _stretched(samples, bits), ()
    if dtype.kind == "i":
        kept = np.uint8 if dtype.itemsize == 1 else np.uint16
        clipped = np.clip(samples, 0, min(np.iinfo(dtype).max, np.iinfo(kept).max))
        return clipped.astype(kept), (FilePhrase.NEGATIVE(),)
    shift = 8 * dtype.itemsize - 16
    return (samples >> dtype.type(shift)).astype(np.uint16), (
        FilePhrase.BITS_LOST(bits=8 * dtype.itemsize),
    )


def _stretched(samples: NDArray[Any], bits: int) -> Pixels:
    """1 to 15 significant bits to the full range."""
    target: type[np.uint8] | type[np.uint16] = np.uint8 if bits <= 8 else np.uint16
    scale, top = int(np.iinfo(target).max), (1 << bits) - 1
    values = np.arange(top + 1, dtype=np.uint64)
    table = ((values * scale + top // 2) // top).astype(target)
    result: Pixels = table[np.minimum(samples, top)]
    return result


def _from_float(samples: NDArray[Any]) -> tuple[Pixels, tuple[Message, ...]]:
    """Floating point to 16 bits: NaN and -inf to black, +inf to white.

    Most programs write 0 to 1, where highlights may go beyond; some write 8- or 16-bit numbers as
    floats. The smallest of these ranges that holds all but the brightest values is taken as full
    scale: one glint of 6.0 must not turn a photo black.

    Raises:
        UnreadableFileError: there is not a single number.
    """
    notes = [FilePhrase.FROM_FLOAT()]
    result = np.empty(samples.shape, np.uint16)
    broken = 0
    bright: list[NDArray[Any]] = []
    strips = [slice(top, top + _STRIP_ROWS) for top in range(0, len(samples), _STRIP_ROWS)]
    for rows in strips:
        finite = np.isfinite(samples[rows])
        broken += finite.size - int(np.count_nonzero(finite))
        bright.append(_brightest(samples[rows][finite]))
    if broken == samples.size:
        raise UnreadableFileError("none of its samples is a number; export it again")
    highest = float(np.quantile(np.concatenate(bright), _SCALE_QUANTILE, method="higher"))
    scale = next(
        (full for full in _FLOAT_RANGES if highest <= (_HEADROOM if full == 1.0 else full)),
        highest,
    )
    beyond = 0
    for rows in strips:
        values = samples[rows].astype(np.float64)
        beyond += int(np.count_nonzero(np.isfinite(values) & (values > _BEYOND * scale)))
        values = np.nan_to_num(values, nan=0.0, posinf=scale, neginf=0.0)
        result[rows] = np.clip(values / scale, 0.0, 1.0) * 65535 + 0.5
    if broken:
        notes.append(FilePhrase.NOT_NUMBERS(count=broken))
    if beyond:
        notes.append(FilePhrase.HIGHLIGHTS_CUT(share=beyond / samples.size))
    return result, tuple(notes)


def _brightest(values: NDArray[Any]) -> NDArray[Any]:
    """A part of the values, evenly taken: enough to know how bright nearly all of them are."""
    sampled = values[:: max(1, len(values) // _SAMPLED)]
    return np.asarray(np.maximum(sampled, 0.0), np.float64)
