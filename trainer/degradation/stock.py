# SPDX-License-Identifier: Apache-2.0
"""Things that take longer to make than to learn from: made once, used several times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from trainer.degradation.random_source import RandomSource

T = TypeVar("T")


class Stock(Generic[T]):
    """A number of things to draw from; old ones go as new ones come.

    Which ones there are follows from the number of the sample alone, so that a resumed run sees
    what an uninterrupted one would have seen. Each is made when it is first drawn.
    """

    def __init__(self, make: Callable[[int], T], size: int, renewed_after: int) -> None:
        """Prepare.

        Args:
            make: makes thing number n.
            size: how many there are at a time.
            renewed_after: samples between two new ones; each is drawn so often in the mean.
        """
        self._make = make
        self._size = size
        self._renewed_after = renewed_after
        self._things: dict[int, T] = {}

    def draw(self, sample: int, count: int, random: RandomSource) -> list[T]:
        """So many of them, for a batch that starts with this sample."""
        first = sample // self._renewed_after
        for number in [each for each in self._things if each < first]:
            del self._things[number]
        return [
            self._thing(first + each) for each in random.integers((count,), self._size).tolist()
        ]

    def _thing(self, number: int) -> T:
        if number not in self._things:
            self._things[number] = self._make(number)
        return self._things[number]
