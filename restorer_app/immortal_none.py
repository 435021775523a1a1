# SPDX-License-Identifier: Apache-2.0
"""Keeps Python 3.11 alive under PySide6 6.12, which drops a reference to None with every call.

The wheels are built as if None were immortal (it is from Python 3.12 on): each Qt method that
returns nothing lowers the reference count of None by one (measured: 2,000 calls, -2,000). A few
seconds of painting later the interpreter aborts with "none_dealloc: deallocating None". Giving
None the count that an immortal object has is what Python 3.12 does itself (PEP 683).

True and False suffer the same where a signal with a bool is emitted (measured: 2,000 emissions,
-588; an abort with "bool_dealloc: deallocating True or False"), so they are protected as well.
"""

from __future__ import annotations

import ctypes
import sys

_REFERENCES = 1 << 60 if sys.maxsize > 1 << 32 else 1 << 29
_protected = False


def protect_none() -> None:
    """Make None, True and False outlive dropped references; harmless to call again."""
    global _protected  # noqa: PLW0603 - None is as global as it gets
    if _protected or sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return
    _protected = True
    for each in (None, True, False):
        ctypes.c_ssize_t.from_address(id(each)).value += _REFERENCES
