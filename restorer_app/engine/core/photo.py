# SPDX-License-Identifier: Apache-2.0
"""A photograph in memory, with everything that must survive until it is saved again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.message import Message

Pixels = NDArray[np.uint8] | NDArray[np.uint16]
"""RGB (H, W, 3), uint8 in 0..255 or uint16 in 0..65535.

Whole photos stay in integers and only tiles become float32: at 100 megapixels a float32 copy
costs 1.2 GB, and a restore keeps one picture per step, so floats would not fit into 4 GiB.
"""


@dataclass(frozen=True)
class Metadata:
    """What the file said about itself, carried to the output untouched.

    Attributes:
        exif: the raw EXIF block without its six-byte "Exif" prefix, orientation already reset to 1.
        xmp: the XMP packet.
        iptc: the IPTC-IIM block.
        icc_profile: the ICC profile that the pixel numbers belong to.
        dpi: horizontal and vertical resolution in dots per inch.
        texts: what the file says in plain words, as pairs of keyword and text. The keywords are
            those of PNG ("Title", "Author", "Description", "Copyright", ...); the comment of a
            JPEG is a "Comment".
    """

    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    icc_profile: bytes | None = None
    dpi: tuple[float, float] | None = None
    texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Photo:
    """An immutable photograph.

    Attributes:
        pixels: RGB (H, W, 3), uint8 or uint16, read-only, in the photo's own colour space
            (the one of `metadata.icc_profile`, sRGB where there is none).
        alpha: opacity (H, W) of the same dtype, or None where the photo is opaque.
        is_grey: the file had one channel; it is written with one again unless a step adds
            colour. The three channels of `pixels` are then equal.
        metadata: EXIF, XMP, IPTC, ICC and DPI.
        source: the file it came from, None for a pasted picture.
        notes: what reading had to change (e.g. CMYK converted); they go into the report.
    """

    pixels: Pixels
    alpha: Pixels | None = None
    is_grey: bool = False
    metadata: Metadata = field(default_factory=Metadata)
    source: Path | None = None
    notes: tuple[Message, ...] = ()

    def __post_init__(self) -> None:
        """Check the shapes and make the arrays read-only.

        Raises:
            ValueError: the arrays break the contract above (a bug of the caller).
        """
        pixels = self.pixels
        if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype not in (np.uint8, np.uint16):
            raise ValueError(f"pixels are {pixels.dtype} {pixels.shape}, not uint8/16 (H, W, 3)")
        if self.alpha is not None:
            if self.alpha.shape != pixels.shape[:2] or self.alpha.dtype != pixels.dtype:
                raise ValueError(f"alpha is {self.alpha.dtype} {self.alpha.shape}")
            self.alpha.flags.writeable = False
        pixels.flags.writeable = False

    @property
    def bit_depth(self) -> int:
        """Bits per channel: 8 or 16."""
        return 8 * self.pixels.dtype.itemsize

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    @property
    def megapixels(self) -> float:
        """Millions of pixels."""
        return self.width * self.height / 1e6

    def with_pixels(self, pixels: Pixels, *, is_grey: bool | None = None) -> Photo:
        """A copy with other pixels and everything else kept.

        An alpha channel of another size or depth is the caller's business.
        """
        return replace(self, pixels=pixels, is_grey=self.is_grey if is_grey is None else is_grey)
