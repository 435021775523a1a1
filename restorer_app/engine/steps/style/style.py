# SPDX-License-Identifier: Apache-2.0
"""What a style is, and what makes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from restorer_app.engine.steps.style.looks.drawing import Drawing
from restorer_app.engine.steps.style.looks.tones import PointTone


class StyleKind(StrEnum):
    """How a style is made.

    NETWORK: a vector for the style network. DRAWING: strokes laid by code. TONE: a change of
    colours.
    """

    NETWORK = "network"
    DRAWING = "drawing"
    TONE = "tone"


@dataclass(frozen=True)
class Style:
    """One style of the catalogue.

    Attributes:
        name: what plans and the command line call it by; unique.
        title: what a person reads.
        kind: how it is made.
        group: a heading for lists: "Photographic", "Drawn", "Painted" or "My styles".
        is_user: the user's own, which can be exported and removed.
        path: the file of a user's style; None for the others.
        row: its row in the network's table of vectors; -1 for the others.
        problem: why it cannot be used, "" where nothing is known against it.
        tone: makes it, where each pixel's own colour is enough.
        drawing: makes it, where strokes, grain or other pixels have a part in it. The network
            makes those that have neither.
    """

    name: str
    title: str
    kind: StyleKind
    group: str
    is_user: bool = False
    path: Path | None = None
    row: int = -1
    problem: str = ""
    tone: PointTone | None = field(default=None, repr=False)
    drawing: Drawing | None = field(default=None, repr=False)


def title_of(name: str) -> str:
    """A title for a style that has only a name."""
    words = name.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]
