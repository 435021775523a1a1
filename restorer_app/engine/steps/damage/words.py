# SPDX-License-Identifier: Apache-2.0
"""What the damage step says."""

from __future__ import annotations

from restorer_app.engine.core.message import Phrase

_PLACES = "Places found: {places}, on {share:share} of the photo."


class DamagePhrase(Phrase, room="damage"):
    """What was found, what was done, and what it was done with."""

    MASK_EMPTY = "The given mask marks nothing"
    MASK_GIVEN = ("Repaired as marked", "The mask marks {share:share} of the photo.")
    NONE_FOUND = ("No scratches found", "No scratches, dust or creases were found.")
    LITTLE_FOUND = ("A few scratches and specks, repaired", _PLACES)
    FOUND = ("Scratches and dust, repaired", _PLACES)
    MUCH_FOUND = ("Much damage, repaired", _PLACES)
    LEFT_ALONE = (
        "Some scratches found, but too few for certain; left alone",
        _PLACES
        + " The log odds that the photo is damaged are {odds:.1f}, less than {least:.1f}."
        + " Switch the step on to repair them, or mark them yourself.",
    )
    DRAWING = ("A drawing or a page; what could be damage is left alone", _PLACES)
    STARS = ("Points of light in the dark, perhaps stars; left alone", _PLACES)
    NOTHING_TO_COPY = (
        "Wide holes with nothing to copy around them, filled like thin damage: {holes}"
    )
    NO_FINDER = "No network for finding is installed; done the classical way"
    NO_FILLER = "No network for filling is installed; done the classical way"
    NEITHER = "No network for finding and filling is installed; done the classical way"
