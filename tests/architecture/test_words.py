# SPDX-License-Identifier: Apache-2.0
"""What the engine says: every phrase is said somewhere, with the values that it needs, and known.

That each has a wording in every language is held by tests/gui/shell/test_translations.py.
"""

from __future__ import annotations

import ast
import importlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from restorer_app.engine.core.message import Phrase
from restorer_app.engine.pipeline.words import phrases

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "restorer_app" / "engine"


def rooms() -> dict[str, type[Phrase]]:
    """The phrases of every `words.py`, by the name of their class."""
    found = {}
    for path in sorted(ENGINE.rglob("words.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for each in vars(importlib.import_module(name)).values():
            if isinstance(each, type) and issubclass(each, Phrase) and each is not Phrase:
                found[each.__name__] = each
    return found


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the engine, with its path."""
    for path in sorted(ENGINE.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def named(node: ast.AST) -> Phrase | None:
    """The phrase that a piece of code names as `TonePhrase.FADED`."""
    if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
        return None
    room = rooms_by_name.get(node.value.id)
    return room.__members__.get(node.attr) if room is not None else None


rooms_by_name = rooms()


def test_all_phrases_are_known():
    known = list(phrases())
    assert set(known) == {phrase for room in rooms_by_name.values() for phrase in room}
    assert [key for key, count in Counter(each.key for each in known).items() if count > 1] == []
    assert all(each.room for each in known)


def test_every_phrase_is_said_somewhere():
    said = {named(node) for _, tree in trees() for node in ast.walk(tree)}
    assert [each.key for each in phrases() if each not in said] == []


def test_every_phrase_gets_the_values_that_it_needs():
    """Where they are named in the call; what is collected before is checked when it is said."""
    wrong, seen = [], 0
    for path, tree in trees():
        for node in ast.walk(tree):
            phrase = named(node.func) if isinstance(node, ast.Call) else None
            if phrase is None:
                continue
            seen += 1
            given = {each.arg for each in node.keywords}
            if None not in given and given != phrase.names:
                wrong.append(f"{path}: {phrase.key} gets {given}, not {set(phrase.names)}")
    assert wrong == []
    assert seen > 40


def test_every_phrase_can_be_filled():
    """A text that is misspelt, as with a brace too many, would be found only when it is said."""
    for phrase in phrases():
        filled = phrase(**dict.fromkeys(phrase.names, 0.5)).in_full()
        assert "{" not in filled + phrase.key, filled
        assert phrase.text, phrase.key
