# SPDX-License-Identifier: Apache-2.0
"""Square pieces that are kept as bytes and seen in all eight ways to lay them."""

from __future__ import annotations

import torch
from torch import Tensor


def as_bytes(values: Tensor) -> Tensor:
    """Values in [0, 1], clipped, as uint8 of the same shape: a quarter of the memory."""
    return (values.clamp(0, 1) * 255).round().byte()


def turned(square: Tensor, quarters: int, mirrored: bool) -> Tensor:
    """(C, S, S) mirrored left to right where asked, then turned by so many quarters."""
    return torch.rot90(square.flip(2) if mirrored else square, quarters, (1, 2))
