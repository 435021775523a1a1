# SPDX-License-Identifier: Apache-2.0
"""What the tone step says."""

from __future__ import annotations

from restorer_app.engine.core.message import Phrase

_TONES = "Black point {black:.0f}, white point {white:.0f}{cast}{change}."


class TonePhrase(Phrase, room="tone"):
    """What was found of the tones, and what was done."""

    FADED = ("Faded, corrected", _TONES)
    FADED_YELLOWED = ("Faded and yellowed, corrected", _TONES)
    FADED_REDDENED = ("Faded and reddened, corrected", _TONES)
    FADED_CAST = ("Faded, with a colour cast; corrected", _TONES)
    TOO_DARK = ("Much too dark, brightened", _TONES)
    TOO_PALE = ("Very pale, corrected", _TONES)
    NO_CONTRAST = ("Hardly any contrast, corrected", _TONES)
    UNEVEN = (
        "Uneven light, evened out",
        "The log gain across the picture is {gain:.2f}.",
    )
    TINTED = (
        "Black and white with a tint, recoloured",
        "The tint has a chroma of {chroma:.1f}.",
    )
    BY_HAND = ("Colours and contrast are sound; changed as you asked", _TONES)
    SOUND = ("Colours and contrast are sound", _TONES)
    SOUND_GREY = ("The contrast is sound", _TONES)

    CAST = ", cast {de:.1f} dE"
    CHANGE = ", change {de:.1f} dE"
