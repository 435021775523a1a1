# SPDX-License-Identifier: Apache-2.0
"""Which tiles a network is shown together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from restorer_app.engine.core.region import Region


def batches_of_one_size(tiles: Sequence[Region], most_pixels: int) -> Iterator[list[int]]:
    """Which tiles a network can be shown at once, by their numbers.

    As many as a power of two: for each new shape of a batch the convolutions are planned anew,
    which takes longer than carrying them out.

    Args:
        tiles: of any sizes.
        most_pixels: of a batch; a larger tile comes alone.
    """
    groups: dict[tuple[int, int], list[int]] = {}
    for index, tile in enumerate(tiles):
        groups.setdefault((tile.height, tile.width), []).append(index)
    for (height, width), members in groups.items():
        first = 0
        while first < len(members):
            most = min(len(members) - first, max(1, most_pixels // (height * width)))
            count = 1 << (most.bit_length() - 1)
            yield members[first : first + count]
            first += count
