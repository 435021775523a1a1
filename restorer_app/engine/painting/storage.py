# SPDX-License-Identifier: Apache-2.0
"""Both layers of a mask as bytes, so that work on it can be kept and continued."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.errors import InvalidMaskError
from restorer_app.engine.painting.layers import FULL, MaskLayers


def pack_layers(layers: MaskLayers) -> bytes:
    """Both layers, compressed. The sensitivity is the plan's and not kept here."""
    arrays: dict[str, NDArray[Any]] = {"painted": layers.painted}
    if layers.probability is not None:
        arrays["probability"] = layers.probability
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def unpack_layers(data: bytes, size: tuple[int, int]) -> MaskLayers:
    """Read what `pack_layers` made.

    Args:
        data: the bytes.
        size: (height, width) of the photo that the mask belongs to.

    Raises:
        InvalidMaskError: something else, cut short, or of another size.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            # What has no header of numpy's comes as bytes.
            painted = np.asarray(arrays["painted"])
            has_found = "probability" in arrays.files
            probability = np.asarray(arrays["probability"]) if has_found else None
    except Exception as error:  # zipfile, zlib, tokenize and numpy have a dozen ways to say no
        raise InvalidMaskError(f"The mask that was kept cannot be read: {error}") from error
    fits = painted.shape == size and painted.dtype == np.int8
    if probability is not None:
        fits = fits and probability.shape == size and probability.dtype == np.uint8
    if not fits:
        raise InvalidMaskError("The mask that was kept belongs to another photo.")
    # -128 has no meaning; a file that holds it must not turn it into one.
    return MaskLayers(np.maximum(painted, np.int8(-FULL)), probability)
