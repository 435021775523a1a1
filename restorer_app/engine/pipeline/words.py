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
    TRIED_AGAIN = "memory ran out, released what could be and tried again"
    DEVICE_MEMORY = "the memory of {device} ran out, went on on the processor"
    DEVICE_NOT_FINITE = "{device} computed values that are no numbers, went on on the processor"
    DEVICE_FAILED = "{device} failed, went on on the processor"
    DEVICE_UNFIT = "used the processor: {device} failed a test of its arithmetic"
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
