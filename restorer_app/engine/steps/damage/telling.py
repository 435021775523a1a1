# SPDX-License-Identifier: Apache-2.0
"""Says in plain words which parts of damage were found where."""

from __future__ import annotations

from collections.abc import Sequence

from restorer_app.engine.core.message import Message, Phrase
from restorer_app.engine.steps.damage.finding.parts import Kind, Part, Place
from restorer_app.engine.steps.damage.words import DamagePhrase

_MOST_CLAUSES = 3
_MOSTLY = 0.5
"""Of more than two places, which would be a list, the one with so much of the area is named."""
_KINDS: dict[Kind, tuple[Phrase, Phrase]] = {
    Kind.AREA: (DamagePhrase.ONE_AREA, DamagePhrase.AREAS),
    Kind.FOLD: (DamagePhrase.ONE_FOLD, DamagePhrase.FOLDS),
    Kind.CRACK: (DamagePhrase.ONE_CRACK, DamagePhrase.CRACKS),
    Kind.SPECK: (DamagePhrase.ONE_SPECK, DamagePhrase.SPECKS),
}
_PLACES: dict[Place, Phrase] = {
    Place.ACROSS: DamagePhrase.ACROSS,
    Place.DOWN: DamagePhrase.DOWN,
    Place.ALL_OVER: DamagePhrase.ALL_OVER,
    Place.TOP_LEFT: DamagePhrase.TOP_LEFT,
    Place.TOP: DamagePhrase.TOP,
    Place.TOP_RIGHT: DamagePhrase.TOP_RIGHT,
    Place.LEFT: DamagePhrase.LEFT,
    Place.MIDDLE: DamagePhrase.MIDDLE,
    Place.RIGHT: DamagePhrase.RIGHT,
    Place.BOTTOM_LEFT: DamagePhrase.BOTTOM_LEFT,
    Place.BOTTOM: DamagePhrase.BOTTOM,
    Place.BOTTOM_RIGHT: DamagePhrase.BOTTOM_RIGHT,
}


def told(parts: Sequence[Part]) -> Message:
    """What the parts are and where, e.g. "one fold across the photo, 12 specks".

    One clause per kind, that of the largest part first, at most three; the rest is counted.

    Args:
        parts: at least one, the largest first.
    """
    groups: dict[Kind, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.kind, []).append(part)
    clauses = [_clause(kind, group) for kind, group in groups.items()]
    rest = sum(len(group) for group in list(groups.values())[_MOST_CLAUSES:])
    said = clauses[0]
    for clause in clauses[1:_MOST_CLAUSES]:
        said = DamagePhrase.AND(first=said, second=clause)
    return DamagePhrase.AND_MORE(first=said, count=rest) if rest else said


def _clause(kind: Kind, parts: Sequence[Part]) -> Message:
    one, several = _KINDS[kind]
    where = _where(kind, parts)
    return one(place=where) if len(parts) == 1 else several(count=len(parts), place=where)


def _where(kind: Kind, parts: Sequence[Part]) -> Message | str:
    """Where the parts lie; "" where that says nothing, as of dust that is everywhere."""
    areas: dict[Place, int] = {}
    for part in parts:
        areas[part.place] = areas.get(part.place, 0) + part.area_px
    places = [_PLACES[place]() for place in areas]
    if len(places) == 1:
        return places[0]
    if len(places) == 2:
        return DamagePhrase.BOTH_PLACES(first=places[0], second=places[1])
    most = max(areas, key=areas.__getitem__)
    if areas[most] >= _MOSTLY * sum(areas.values()):
        return DamagePhrase.MOSTLY(place=_PLACES[most]())
    return "" if kind is Kind.SPECK else DamagePhrase.MANY_PLACES()
