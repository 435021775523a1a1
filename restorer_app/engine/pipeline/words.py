# SPDX-License-Identifier: Apache-2.0
"""What is said of any step, and everything that the engine can say."""

from __future__ import annotations

from collections.abc import Iterator

from restorer_app.engine.core.message import Phrase
from restorer_app.engine.files.words import FilePhrase
from restorer_app.engine.models.words import ModelPhrase
from restorer_app.engine.steps.catalogue import source_texts, steps_by_name


class RunPhrase(Phrase, room="run"):
    """What a person's switches and the computer's memory have to do with a step."""

    SWITCHED_OFF = "switched off"
    SWITCHED_ON = ("{reason}", "Switched on. {reason:details}")
    SWITCHED_ON_AGAINST = (
        "Switched on; automatic would not do it",
        "Automatic would say: {reason}. {reason:details}",
    )
    SMALLER_TILES = "memory ran out with tiles of {side} px, went on with {smaller} px"


def phrases() -> Iterator[Phrase]:
    """Everything that can be said."""
    rooms = [RunPhrase, ModelPhrase, FilePhrase]
    rooms += [each.phrases for each in steps_by_name().values()]
    for room in rooms:
        yield from room


def english_texts() -> list[str]:
    """Every English text of the engine that the window shows, each once; for translators."""
    said = [text for phrase in phrases() for text in phrase.texts()]
    return list(dict.fromkeys([*source_texts(), *said]))
