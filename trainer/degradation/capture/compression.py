# SPDX-License-Identifier: Apache-2.0
"""JPEG as batched tensor arithmetic: blocks, DCT, quantisation, chroma subsampling.

Source: ITU-T T.81 (1992), annexes A and K; table scaling and rounding as in the Independent JPEG
Group's library. Entropy coding is lossless and therefore left out.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

# fmt: off
_LUMINANCE_TABLE = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)
_CHROMINANCE_TABLE = (
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
)
# fmt: on
_TO_YCBCR = (
    (0.299, 0.587, 0.114),
    (-0.168735892, -0.331264108, 0.5),
    (0.5, -0.418687589, -0.081312411),
)
_TO_RGB = ((1.0, 0.0, 1.402), (1.0, -0.344136286, -0.714136286), (1.0, 1.772, 0.0))


def quantisation_tables(quality: Tensor) -> Tensor:
    """Scales the IJG tables.

    Args:
        quality: (N,) in [1, 100]; fractions are cut off.

    Returns:
        (N, 2, 64) float32, luminance then chrominance, row-major, each in [1, 255].
    """
    whole = quality.floor().clamp(1, 100)
    scale = torch.where(whole < 50, (5000 / whole).floor(), 200 - 2 * whole)
    base = torch.tensor((_LUMINANCE_TABLE, _CHROMINANCE_TABLE), dtype=torch.float32)
    return (
        ((base.to(quality.device, non_blocking=True) * scale.view(-1, 1, 1) + 50) / 100)
        .floor()
        .clamp(1, 255)
    )


def _cosine_matrix() -> Tensor:
    """Returns the orthonormal 8x8 DCT-II on flattened blocks, (64, 64)."""
    index = torch.arange(8, dtype=torch.float64)
    rows = torch.cos((2 * index.view(1, 8) + 1) * index.view(8, 1) * math.pi / 16) / 2
    rows[0] /= math.sqrt(2)
    return torch.kron(rows, rows).float()


_COSINES = _cosine_matrix()


def _quantise(planes: Tensor, table: Tensor) -> Tensor:
    """Sends (N, C, H, W) planes in [0, 255] through the coarse DCT; `table` is (N, 64)."""
    count, channels, height, width = planes.shape
    cosines = _COSINES.to(planes.device, non_blocking=True)
    blocks = planes.view(count, channels, height // 8, 8, width // 8, 8)
    blocks = blocks.transpose(3, 4).reshape(count, -1, 64) - 128
    step = table.unsqueeze(1)
    coefficients = torch.round(blocks @ cosines.T / step) * step
    blocks = (coefficients @ cosines + 128).round().clamp(0, 255)
    blocks = blocks.view(count, channels, height // 8, width // 8, 8, 8)
    return blocks.transpose(3, 4).reshape(planes.shape)


def _place(image: Tensor, offset: Tensor, height: int, width: int) -> Tensor:
    """Cuts (height, width) windows at `offset` (N, 2); beyond the edge, the edge repeats."""
    count, channels, old_height, old_width = image.shape
    device = image.device
    start = offset.to(device, non_blocking=True)
    rows = (torch.arange(height, device=device) + start[:, :1]).clamp(0, old_height - 1)
    columns = (torch.arange(width, device=device) + start[:, 1:]).clamp(0, old_width - 1)
    flat = (rows * old_width).unsqueeze(2) + columns.unsqueeze(1)
    index = flat.view(count, 1, -1).expand(-1, channels, -1)
    return image.flatten(2).gather(2, index).view(count, channels, height, width)


def _convert(image: Tensor, matrix: tuple[tuple[float, ...], ...]) -> Tensor:
    weight = torch.tensor(matrix).to(image.device, non_blocking=True)
    return (weight @ image.flatten(2)).view_as(image)


def compress_jpeg(image: Tensor, quality: Tensor, subsampled: Tensor, offset: Tensor) -> Tensor:
    """Returns each sample as it looks after being saved as JPEG and read again.

    Args:
        image: (N, 3, H, W) float32 RGB; clipped to [0, 1] and rounded to 8 bits, as a file is.
        quality: (N,) host values in [1, 100], IJG scale.
        subsampled: (N,) host booleans: true 4:2:0, false 4:4:4.
        offset: (N, 2) host integers in [0, 16): row and column of the picture's corner within
            the compressor's block grid. A second compression with another offset is not aligned
            with the first, as after a crop.

    Returns:
        (N, 3, H, W) in [0, 1], whole multiples of 1/255.
    """
    result = torch.empty_like(image)
    for halved in (True, False):
        chosen = torch.nonzero(subsampled == halved).flatten()
        if len(chosen) == len(image):
            return _compress(image, quality, halved, offset)
        if len(chosen):
            where = chosen.to(image.device, non_blocking=True)
            result[where] = _compress(image[where], quality[chosen], halved, offset[chosen])
    return result


def _compress(image: Tensor, quality: Tensor, halved: bool, offset: Tensor) -> Tensor:
    height, width = image.shape[2:]
    shift = int(offset.max())
    padded_height, padded_width = (-(-(side + shift) // 16) * 16 for side in (height, width))
    placed = _place(image, -offset, padded_height, padded_width)
    tables = quantisation_tables(quality).to(image.device, non_blocking=True)
    ycbcr = _convert((placed.clamp(0, 1) * 255).round(), _TO_YCBCR)
    luma, chroma = ycbcr[:, :1].round(), (ycbcr[:, 1:] + 128).round()
    if halved:
        chroma = functional.avg_pool2d(chroma, 2).round()
    luma, chroma = _quantise(luma, tables[:, 0]), _quantise(chroma, tables[:, 1])
    if halved:
        # The triangle filter of libjpeg's "fancy upsampling" is bilinear enlargement by two.
        chroma = functional.interpolate(chroma, scale_factor=2, mode="bilinear").round()
    rgb = _convert(torch.cat((luma, chroma - 128), dim=1), _TO_RGB).round().clamp(0, 255) / 255
    return _place(rgb, offset, height, width)
