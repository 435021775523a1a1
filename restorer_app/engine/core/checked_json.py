# SPDX-License-Identifier: Apache-2.0
"""JSON of files that anybody may have written or damaged: one kind of error, whatever is wrong."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

MOST_DEEP = 50
"""Tables in tables; what this program writes needs six."""


def parse_json(text: str | bytes, *, is_finite: bool = True) -> Any:
    """Read a JSON text. Unlike `json.loads`, it knows one error and no number that is none.

    Args:
        text: the text, or its bytes as UTF-8, UTF-16 or UTF-32.
        is_finite: False lets NaN and Infinity pass, which measured values may be.

    Raises:
        ValueError: it is no JSON, is nested deeper than `MOST_DEEP`, or holds NaN, Infinity or a
            number too large to be finite (1e999) where that is not allowed.
    """
    try:
        if is_finite:
            value = json.loads(text, parse_float=_finite, parse_constant=_refuse)
        else:
            value = json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    _check_depth(value)
    return value


def _check_depth(value: Any) -> None:
    """Without recursion, of which whoever walks through the value later may need some."""
    level = [value]
    for _ in range(MOST_DEEP):
        level = [
            each
            for outer in level
            if isinstance(outer, dict | list)
            for each in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(each, dict | list)
        ]
        if not level:
            return
    raise ValueError("it is nested too deep")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]} is too large a number")
    return value


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
