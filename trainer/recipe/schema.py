# SPDX-License-Identifier: Apache-2.0
"""From a parsed TOML table to a frozen dataclass, with errors a person can act on.

The dataclass is the only description of what a recipe may say: its field types, defaults and
`metadata` (`low`, `high`) are what is checked here, and its field docstrings are the manual.

pydantic would check the same types and takes 65 to 85 ms to import (measured), whenever a window
lists recipe fields; the nearest names in the messages would be ours all the same.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from restorer_app.engine.core.errors import RestorerError

T = TypeVar("T")


class RecipeError(RestorerError):
    """A recipe names something unknown, or a value of the wrong type or out of range."""


def number(default: float, low: float, high: float = math.inf) -> Any:
    """A dataclass field with an inclusive range [low, high]."""
    return dataclasses.field(default=default, metadata={"low": low, "high": high})


def build(
    cls: type[T],
    table: Mapping[str, Any],
    where: str = "",
    choices: Mapping[str, Sequence[str]] = types.MappingProxyType({}),
) -> T:
    """Make a dataclass of a table.

    Args:
        cls: a dataclass whose fields are bool, int, float, str, Literal, tuple, dict or nested
            dataclasses, or `| None` of these.
        table: the parsed TOML.
        where: the dotted name of the table, for messages.
        choices: of fields that are listed elsewhere, by their names in this table.

    Raises:
        RecipeError: unknown key (with the nearest known ones), missing key, wrong type, value
            out of range.
    """
    fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    hints = typing.get_type_hints(cls)
    for key in table:
        if key not in fields:
            raise RecipeError(_unknown(f"{where}{key}", key, list(fields)))
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in table and choices.get(name):
            values[name] = choice(table[name], list(choices[name]), f"{where}{name}")
        elif name in table:
            values[name] = _convert(table[name], hints[name], f"{where}{name}", field.metadata)
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise RecipeError(f"The recipe lacks '{where}{name}'.")
    return cls(**values)


def _unknown(path: str, key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, n=3, cutoff=0.5)
    hint = " or ".join(f"'{name}'" for name in near)
    return f"The recipe has an unknown key '{path}'" + (
        f"; did you mean {hint}?" if near else f"; known here are {', '.join(sorted(known))}."
    )


def _convert(value: Any, hint: Any, path: str, limits: Mapping[str, Any]) -> Any:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        options = [option for option in typing.get_args(hint) if option is not type(None)]
        return _convert(value, options[0], path, limits)
    if origin is typing.Literal:
        return choice(value, list(typing.get_args(hint)), path)
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, Mapping):
            raise RecipeError(f"'{path}' must be a table, not {value!r}.")
        return build(typing.cast("type[Any]", hint), value, path + ".")
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise RecipeError(f"'{path}' must be a list, not {value!r}.")
        item = typing.get_args(hint)[0]
        return tuple(_convert(v, item, f"{path}[{i}]", limits) for i, v in enumerate(value))
    if origin is dict:
        if not isinstance(value, Mapping):
            raise RecipeError(f"'{path}' must be a table, not {value!r}.")
        return dict(value)
    return _scalar(value, hint, path, limits)


def choice(value: Any, choices: list[Any], path: str) -> Any:
    """One of `choices`.

    Args:
        value: what was said.
        choices: what there is.
        path: the dotted name of the field, for the message.

    Raises:
        RecipeError: `value` is none of them, with the nearest one.
    """
    if value in choices:
        return value
    near = difflib.get_close_matches(str(value), [str(c) for c in choices], n=1, cutoff=0.5)
    hint = f"; did you mean '{near[0]}'?" if near else "."
    raise RecipeError(f"'{path}' is {value!r}, not one of {', '.join(map(str, choices))}{hint}")


def _scalar(value: Any, kind: type, path: str, limits: Mapping[str, Any]) -> Any:
    words = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
    accepted: tuple[type, ...] = (int, float) if kind is float else (kind,)
    # bool is a subclass of int, but `steps = true` is a mistake.
    if not isinstance(value, accepted) or (isinstance(value, bool) and kind is not bool):
        raise RecipeError(f"'{path}' must be {words[kind]}, not {value!r}.")
    if kind in (int, float):
        low, high = limits.get("low", -math.inf), limits.get("high", math.inf)
        if not low <= value <= high:
            raise RecipeError(f"'{path}' is {value}, outside {low} to {high}.")
    return kind(value)
