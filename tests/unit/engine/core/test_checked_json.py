# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import math

import pytest

from restorer_app.engine.core.checked_json import MOST_DEEP, parse_json


def test_json_is_read():
    text = json.dumps({"a": [1, 2.5, "ä", None, True], "b": {}})
    assert parse_json(text) == parse_json(text.encode()) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        b"\xff",
        "[" * 100_000,
        '{"a":' * 100_000,
        "1e999",
        "[-1e999]",
        "NaN",
        "-Infinity",
        "9" * 5000,
        "[" * (MOST_DEEP + 1) + "]" * (MOST_DEEP + 1),
    ],
    ids=lambda text: str(text)[:12],
)
def test_all_else_is_a_value_error(text):
    with pytest.raises(ValueError):
        parse_json(text)


def test_measured_values_need_not_be_finite():
    assert math.isnan(parse_json("NaN", is_finite=False))
    assert parse_json("1e999", is_finite=False) == math.inf


def test_tables_may_lie_as_deep_as_said():
    text = "[" * MOST_DEEP + "]" * MOST_DEEP
    assert parse_json(text) == json.loads(text)
