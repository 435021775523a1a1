# SPDX-License-Identifier: Apache-2.0
"""What the damage step says."""

from __future__ import annotations

from restorer_app.engine.core.message import Phrase

_PLACES = "Places found: {places}, on {share:share} of the photo."
_PARTS = " What was found: {parts}."


class DamagePhrase(Phrase, room="damage"):
    """What was found, what was done, and what it was done with."""

    MASK_EMPTY = "The given mask marks nothing"
    MASK_GIVEN = ("Repaired as marked", "The mask marks {share:share} of the photo.")
    NONE_FOUND = ("No scratches found", "No scratches, dust or creases were found.")
    FOUND = ("Repaired: {parts}", _PLACES)
    MUCH_FOUND = ("Much damage, repaired: {parts}", _PLACES)
    LEFT_ALONE = (
        "Too little for certain, left alone: {parts}",
        _PLACES
        + " The log odds that the photo is damaged are {odds:.1f}, less than {least:.1f}."
        + " Switch the step on to repair them, or mark them yourself.",
    )
    DRAWING = ("A drawing or a page; what could be damage is left alone", _PLACES + _PARTS)
    STARS = ("Points of light in the dark, perhaps stars; left alone", _PLACES + _PARTS)
    NOTHING_TO_COPY = (
        "Wide holes with nothing to copy around them, filled like thin damage: {holes}"
    )
    NO_FINDER = "No network for finding is installed; done the classical way"
    NO_FILLER = "No network for filling is installed; done the classical way"
    NEITHER = "No network for finding and filling is installed; done the classical way"
    # Parts of damage, inside other sentences
    ONE_AREA = "one wide spot {place}"
    AREAS = "{count} wide spots {place}"
    ONE_FOLD = "one fold {place}"
    FOLDS = "{count} folds {place}"
    ONE_CRACK = "one crack or scratch {place}"
    CRACKS = "{count} cracks or scratches {place}"
    ONE_SPECK = "one speck {place}"
    SPECKS = "{count} specks {place}"
    ACROSS = "across the photo"
    DOWN = "from top to bottom"
    ALL_OVER = "all over the photo"
    TOP_LEFT = "at the top left"
    TOP = "at the top"
    TOP_RIGHT = "at the top right"
    LEFT = "on the left"
    MIDDLE = "in the middle"
    RIGHT = "on the right"
    BOTTOM_LEFT = "at the bottom left"
    BOTTOM = "at the bottom"
    BOTTOM_RIGHT = "at the bottom right"
    BOTH_PLACES = "{first} and {second}"
    MOSTLY = "mostly {place}"
    MANY_PLACES = "in many places"
    AND = "{first}, {second}"
    AND_MORE = "{first} and {count} more"
