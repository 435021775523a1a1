# SPDX-License-Identifier: Apache-2.0
"""Lays a restored picture over the damaged one, pixel on pixel."""

from __future__ import annotations

from dataclasses import dataclass

from restorer_app.engine.errors import TrainingDataError
from restorer_app.engine.photo import Photo, Pixels


class PairRefusedError(TrainingDataError):
    """The two pictures do not show the same thing, or are the same file; says which."""


@dataclass(frozen=True)
class RegisteredPair:
    """Two pictures of equal size that lie over each other.

    Attributes:
        before: RGB (H, W, 3), uint8 or uint16.
        after: same shape and dtype.
        residual: in [0, 1]: 1 - correlation of the fine structure of both; 0 is perfect.
        method: how they were laid over each other, for a person.
    """

    before: Pixels
    after: Pixels
    residual: float
    method: str


def register(before: Photo, after: Photo) -> RegisteredPair:
    """Register `after` on `before` and crop both to their common area.

    Raises:
        PairRefusedError: one sentence why the two are no pair.
    """
    raise NotImplementedError(before, after)
