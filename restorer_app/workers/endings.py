# SPDX-License-Identifier: Apache-2.0
"""Who is told how a job ended: bound methods, held so that they keep nobody alive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import MethodType
from weakref import WeakMethod

from PySide6.QtCore import QObject
from shiboken6 import isValid


class Ending:
    """A bound method of a QObject, called at most where that object still lives.

    Args:
        method: the method, or a `functools.partial` of it: what is given there is passed before
            what the ending brings, and is held until then.

    Raises:
        TypeError: a lambda, a function, a method of something that is no QObject. Whether their
            captures still live when the job ends cannot be known.
    """

    def __init__(self, method: Callable[..., object]) -> None:
        call = method if isinstance(method, partial) else partial(method)
        bound = call.func
        if not isinstance(bound, MethodType) or not isinstance(bound.__self__, QObject):
            raise TypeError(f"A job ends in a bound method of a QObject, not in {bound!r}.")
        self._method: WeakMethod[Callable[..., object]] = WeakMethod(bound)
        self._given, self._named = call.args, call.keywords

    def __call__(self, *brought: object) -> None:
        """Call the method, unless its object is gone: on Python's side or on Qt's."""
        method = self._method()
        if isinstance(method, MethodType) and isValid(method.__self__):
            method(*self._given, *brought, **self._named)


@dataclass(frozen=True)
class Endings:
    """The three ways in which a job can end; None where nobody asked to be told.

    Attributes:
        succeeded: is brought the result.
        failed: is brought the `JobError`.
        cancelled: is brought nothing.
    """

    succeeded: Ending | None = None
    failed: Ending | None = None
    cancelled: Ending | None = None

    @classmethod
    def of(
        cls,
        then: Callable[..., object] | None,
        failed: Callable[..., object] | None,
        cancelled: Callable[..., object] | None,
    ) -> Endings:
        """The endings of three methods.

        Raises:
            TypeError: one of them is no bound method of a QObject.
        """
        return cls(*(None if each is None else Ending(each) for each in (then, failed, cancelled)))
