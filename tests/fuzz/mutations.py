# SPDX-License-Identifier: Apache-2.0
"""Damage that disks, transfers and ill will do to files."""

from __future__ import annotations

import random
import re

HOSTILE_NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
HOSTILE_VALUES = (
    "null", "true", "-1", "0", "1e999", "-1e999", "NaN", "1" * 5000, "99999999999999999999",
    "[]", "{}", "[[1]]", '""', '"' + "x" * 100_000 + '"', '"\\u0000"', '"\\ud800"',
    "[" * 100_000, '{"a":' * 20_000,
)  # fmt: skip
_VALUE = re.compile(rb'"(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|\btrue\b|\bfalse\b|\bnull\b')


def damaged(data: bytes, dice: random.Random, *, is_text: bool) -> bytes:
    """One file with one to three kinds of damage.

    Args:
        data: a sound file.
        dice: decides everything.
        is_text: JSON or TOML, whose values are exchanged, too.
    """
    for _ in range(dice.choice((1, 1, 2, 3))):
        data = dice.choice(_TEXT_DAMAGE if is_text else _DAMAGE)(data, dice) or b"\x00"
    return data


def _flipped(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 2, 8, 40))):
        # Half of the hits go where the headers are.
        reach = min(300, len(changed)) if dice.random() < 0.5 else len(changed)
        changed[dice.randrange(reach)] = dice.choice((0, 1, 127, 128, 255, dice.randrange(256)))
    return bytes(changed)


def _with_number(data: bytes, dice: random.Random) -> bytes:
    size, order = dice.choice((2, 4, 8)), dice.choice(("little", "big"))
    number = dice.choice(HOSTILE_NUMBERS) & ((1 << 8 * size) - 1)
    reach = min(1000, len(data)) if dice.random() < 0.7 else len(data)
    at = dice.randrange(reach)
    return data[:at] + number.to_bytes(size, order) + data[at + size :]


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data)) + 1]


def _with_hole(data: bytes, dice: random.Random) -> bytes:
    at, size = dice.randrange(len(data)), dice.choice((1, 16, 200, 4096))
    return data[:at] + dice.choice((bytes(size), b"")) + data[at + size :]


def _doubled(data: bytes, dice: random.Random) -> bytes:
    at, size = dice.randrange(len(data)), dice.choice((12, 100, 1000))
    return data[: at + size] + data[at : at + size] * dice.choice((1, 3, 50)) + data[at + size :]


def _with_value(data: bytes, dice: random.Random) -> bytes:
    values = list(_VALUE.finditer(data))
    if not values:
        return data
    chosen = dice.choice(values)
    return data[: chosen.start()] + dice.choice(HOSTILE_VALUES).encode() + data[chosen.end() :]


_DAMAGE = (_flipped, _with_number, _with_number, _cut, _with_hole, _doubled)
_TEXT_DAMAGE = (_with_value, _with_value, _with_value, _flipped, _cut, _doubled)
