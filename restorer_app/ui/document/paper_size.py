# SPDX-License-Identifier: Apache-2.0
"""How large a picture is on paper: pixels, dots per inch, and the unit that people measure in."""

from __future__ import annotations

MM_PER_INCH = 25.4
DEFAULT_DPI = 300.0


def paper_length(pixels: int, dpi: float, unit: str) -> float:
    """Length of a side on paper.

    Args:
        pixels: of the side.
        dpi: above 0.
        unit: mm or inch.
    """
    inches = pixels / dpi
    return inches * MM_PER_INCH if unit == "mm" else inches


def dpi_for_length(pixels: int, length: float, unit: str) -> float:
    """The resolution at which a side has this length.

    Args:
        pixels: of the side.
        length: above 0, in `unit`.
        unit: mm or inch.
    """
    inches = length / MM_PER_INCH if unit == "mm" else length
    return pixels / inches
