# SPDX-License-Identifier: Apache-2.0
"""JSON of files that anybody may have written or damaged: one kind of error, whatever is wrong."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn


def parse_json(text: str | bytes) -> Any:
    """Read a JSON text. Unlike `json.loads`, it knows one error and no number that is none.

    Args:
        text: the text, or its bytes as UTF-8, UTF-16 or UTF-32.

    Raises:
        ValueError: it is no JSON, is nested too deep, or holds NaN, Infinity or a number too
            large for either (1e999).
    """
    try:
        return json.loads(text, parse_float=_finite, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]} is too large a number")
    return value


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
