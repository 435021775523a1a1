# SPDX-License-Identifier: Apache-2.0
"""The engine's words in the words of the window, and durations for a person."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLocale

from restorer_app.engine.core.message import Language, Message
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.steps.catalogue import steps_by_name
from restorer_app.engine.steps.description import Tuning
from restorer_app.ui.appearance.translations import engine_text, tr


def step_title(step: str) -> str:
    """What a step is called in the window."""
    found = steps_by_name().get(step)
    return engine_text(found.title) if found is not None else step.capitalize()


def step_hint(step: str) -> str:
    """One sentence on what a step does."""
    found = steps_by_name().get(step)
    return engine_text(found.hint) if found is not None else ""


def tuning_title(kind: str) -> str:
    """What a network that learns from pairs is there for, in the words of fine-tuning."""
    found = _tuning(kind)
    return engine_text(found.title) if found is not None else step_title(kind)


def tuning_hint(kind: str) -> str:
    """What such a network learns from pairs, in one sentence."""
    found = _tuning(kind)
    return engine_text(found.hint) if found is not None else ""


def _tuning(kind: str) -> Tuning | None:
    every = (each for step in steps_by_name().values() for each in step.tunings)
    return next((each for each in every if each.kind == kind), None)


def message_text(message: Message) -> str:
    """What the engine says, in few words."""
    return _capital(message.text(_language()))


def message_details(message: Message) -> str:
    """The numbers and methods behind it, in sentences; "" where there is no more to say."""
    return _capital(message.details(_language()))


def messages_in_full(messages: Iterable[Message]) -> str:
    """All that the engine says, with what is behind it, sentence after sentence."""
    told = [part for each in messages for part in (message_text(each), message_details(each))]
    return " ".join(part if part[-1] in ".!?" else f"{part}." for part in told if part)


def _language() -> Language:
    """The language of the window; it can change while the program runs."""
    locale = QLocale()
    return Language(engine_text, lambda value, digits: locale.toString(value, "f", digits), tr)


def _capital(text: str) -> str:
    """With a capital letter first."""
    return text[:1].upper() + text[1:]


def progress_title(message: str) -> str:
    """What the engine is doing now.

    Args:
        message: the engine's word, usually the name of a step, perhaps with more after it.
    """
    titles = {
        "open": tr("Opening the photo"),
        "prepare": tr("Loading the engine"),
        "show": tr("Preparing the picture"),
        "done": tr("Preparing the picture"),
        "export": tr("Saving"),
        "blend": tr("Putting it together"),
        "analyse": tr("Looking at the photo"),
        "detect": tr("Looking for damage"),
        "mask": tr("Reading or writing the mask"),
    }
    word = message.split(":", 1)[0].strip()
    if word in titles:
        return titles[word]
    return step_title(word) if word else tr("Working")


def preset_title(name: str) -> str:
    """What a preset is called in the menu."""
    titles = {
        "auto": tr("Automatic"),
        "gentle": tr("Gentle"),
        "scan": tr("Fresh from the scanner"),
        "all": tr("Everything on"),
    }
    return titles.get(name, name.capitalize())


def model_title(name: str) -> str:
    """What a model is called in a list."""
    titles = {"auto": tr("Best available"), "classical": tr("Classical (no network)")}
    return titles.get(name, name)


def remaining_text(remaining_s: float | None) -> str:
    """Time left, rounded the way a person would say it; empty while it is not known."""
    if remaining_s is None:
        return ""
    if remaining_s < 2:
        return tr("almost done")
    if remaining_s < 55:
        seconds = round(remaining_s) if remaining_s < 10 else 5 * round(remaining_s / 5)
        return tr("about {0} s left").format(seconds)
    if remaining_s < 3600:
        return tr("about {0} min left").format(max(1, round(remaining_s / 60)))
    return tr("about {0} h left").format(QLocale().toString(remaining_s / 3600, "f", 1))


def duration_text(seconds: float) -> str:
    """A span of time, rounded the way a person would say it."""
    if seconds < 90:
        return tr("{0} s").format(max(1, round(seconds)))
    if seconds < 5400:
        return tr("{0} min").format(round(seconds / 60))
    return tr("{0} h").format(QLocale().toString(seconds / 3600, "f", 1))


def change_text(change: float, digits: int) -> str:
    """A difference with its sign, also where it is a gain."""
    sign = "+" if change >= 0 else ""
    return sign + QLocale().toString(change, "f", digits)


def size_text(photo: Photo) -> str:
    """Width, height and megapixels."""
    megapixels = QLocale().toString(photo.megapixels, "f", 1)
    return f"{photo.width} × {photo.height}  ({megapixels} MP)"


def depth_text(photo: Photo) -> str:
    """Bits per channel and kind of picture."""
    kind = tr("grey") if photo.is_grey else tr("colour")
    return tr("{0}-bit {1}").format(photo.bit_depth, kind)
