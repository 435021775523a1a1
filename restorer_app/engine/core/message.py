# SPDX-License-Identifier: Apache-2.0
"""What the engine says: a key with values. Who shows it words it, in the language of whoever reads.

Each room has a `words.py` with its `Phrase`s; their English is what reports hold and what is
translated. Light to import: the window reads all of them at its start.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar, Union

Value = Union[str, int, float, "Message"]
"""A number, a name that stays as it is, or a message inside the message; "" is nothing."""


class Title(str):
    """A name that the program itself gave, so that it has a name in other languages, too."""


@dataclass(frozen=True)
class Language:
    """How messages are worded.

    Attributes:
        translate: from the English of a phrase, with its placeholders, to this language.
        number: a number with so many digits after the point.
        title: from an English title.
    """

    translate: Callable[[str], str]
    number: Callable[[float, int], str]
    title: Callable[[str], str]


ENGLISH = Language(str, lambda value, digits: f"{value:.{digits}f}", str)
"""The language of reports and of the command line."""


class Phrase(Enum):
    """One thing that can be said. A room's phrases are the members of its own subclass.

    A member is `text` or `(text, details)`: the short text is for people; numbers and methods are
    the details, whole sentences. Both may have placeholders: `{name}` takes a name or another
    message, `{value:.1f}` a number, `{part:share}` a share of one in percent, and
    `{message:details}` the details of another message. Calling a member gives the message.

    Attributes:
        room: the first word of its keys; a subclass says it: `class Words(Phrase, room="tone")`.
        text: in English.
        details: in English; "" where there is no more to say.
    """

    room: ClassVar[str]
    text: str
    details: str

    def __init_subclass__(cls, room: str = "", **others: Any) -> None:
        super().__init_subclass__(**others)
        cls.room = room

    def __new__(cls, text: str, details: str = "") -> Phrase:
        """A member; see the class."""
        member = object.__new__(cls)
        member._value_ = len(cls.__members__)  # else two of one text would be one
        member.text, member.details = text, details
        return member

    @property
    def key(self) -> str:
        """What it is called in reports, e.g. "tone.faded"; never changes."""
        return f"{self.room}.{self.name.lower()}"

    @property
    def names(self) -> frozenset[str]:
        """The values that it needs."""
        parts = string.Formatter().parse(self.text + self.details)
        return frozenset(name for _, name, _, _ in parts if name)

    def texts(self) -> Iterator[str]:
        """What is to be translated: all but a placeholder alone."""
        for each in (self.text, self.details):
            if any(words for words, *_ in string.Formatter().parse(each)):
                yield each

    def __call__(self, **values: Value) -> Message:
        """The message with these values.

        Raises:
            TypeError: one is missing, or the phrase has no place for it.
        """
        if values.keys() != self.names:
            raise TypeError(f"{self.key} takes {sorted(self.names)}, not {sorted(values)}")
        return Message(self, values)


@dataclass(frozen=True)
class Message:
    """Something that the engine says.

    Attributes:
        phrase: what.
        values: of its placeholders, by name.
    """

    phrase: Phrase
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)

    def text(self, language: Language = ENGLISH) -> str:
        """In few words, or one sentence."""
        return _filled(self.phrase.text, self.values, language)

    def details(self, language: Language = ENGLISH) -> str:
        """Numbers and methods, in whole sentences; "" where there is no more to say."""
        return _filled(self.phrase.details, self.values, language)

    def in_full(self, language: Language = ENGLISH) -> str:
        """Text and details as one text."""
        text, details = self.text(language), self.details(language)
        return f"{text.rstrip('.')}. {details}" if details else text

    def __str__(self) -> str:
        return self.in_full()

    def to_json(self) -> dict[str, Any]:
        """Key and values, for programs that read a report."""
        values = {
            name: each.to_json() if isinstance(each, Message) else each
            for name, each in self.values.items()
        }
        return {"key": self.phrase.key, "values": values}


def _filled(text: str, values: Mapping[str, Value], language: Language) -> str:
    if not text:
        return ""
    text = language.translate(text)
    for name in (each for each, value in values.items() if value == ""):
        text = text.replace(f" {{{name}}}", "")  # with its blank
    return _Filler(language).vformat(text, (), values).strip()


class _Filler(string.Formatter):
    """Puts values into a text; numbers look as the language writes them."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Message):
            is_more = format_spec == "details"
            return value.details(self._language) if is_more else value.text(self._language)
        if isinstance(value, Title):
            return self._language.title(value)
        if format_spec == "share":
            return self._share(float(value))
        if format_spec.endswith("f"):
            return self._language.number(float(value), int(format_spec[1:-1]))
        return str(value)

    def _share(self, part: float) -> str:
        """In percent: two decimals for little, none for much."""
        percent = 100 * part
        if percent >= 10:
            return f"{self._language.number(percent, 0)} %"
        if percent >= 0.01 or percent == 0:
            return f"{self._language.number(percent, 2)} %"
        return f"< {self._language.number(0.01, 2)} %"
