# SPDX-License-Identifier: Apache-2.0
"""Model cards: the entries of resources/models/manifest.toml."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from restorer_app.engine.core.errors import CorruptCheckpointError
from restorer_app.engine.files.atomic import atomic_write

_HEAD = (
    "# SPDX-License-Identifier: Apache-2.0\n"
    "# Written by `restorer-trainer export` and `restorer-trainer evaluate`.\n"
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def read_cards(manifest: Path) -> list[dict[str, Any]]:
    """All cards; none where the file does not exist.

    Raises:
        CorruptCheckpointError: it is not TOML.
    """
    try:
        table = tomllib.loads(manifest.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise CorruptCheckpointError(f"The list of networks '{manifest}' is damaged.") from error
    cards: list[dict[str, Any]] = table.get("model", [])
    return cards


def update_card(manifest: Path, name: str, values: Mapping[str, Any]) -> None:
    """Set values of one card, making it where it is missing; other values stay.

    Raises:
        CorruptCheckpointError: the manifest is not TOML.
        OSError: it cannot be written.
    """
    cards = read_cards(manifest)
    card = next((each for each in cards if each.get("name") == name), None)
    if card is None:
        card = {"name": name}
        cards.append(card)
    card.update(values)
    text = _HEAD + "".join("\n[[model]]\n" + _body(each, "model") for each in cards)
    with atomic_write(manifest) as file:
        file.write(text.encode())


def _body(table: Mapping[str, Any], path: str) -> str:
    """A table's plain values, then its sub-tables, as TOML wants them."""
    plain = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    lines = [f"{_key(key)} = {_value(value)}\n" for key, value in plain.items()]
    for key, value in table.items():
        if isinstance(value, Mapping):
            inner = f"{path}.{_key(key)}"
            is_leaf = not any(isinstance(each, Mapping) for each in value.values())
            lines.append((f"\n[{inner}]\n" if is_leaf else "") + _body(value, inner))
    return "".join(lines)


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    # JSON's strings, numbers and booleans are TOML's as well.
    return json.dumps(value, ensure_ascii=False)
