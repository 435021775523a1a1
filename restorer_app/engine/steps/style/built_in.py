# SPDX-License-Identifier: Apache-2.0
"""The styles that need no network, one row each.

A new one is a file in `looks`, a row here, and its title in other languages (and its group's,
where that is new): packaging/translations collects both from the rows.
"""

from __future__ import annotations

from restorer_app.engine.steps.style.looks.charcoal import draw_charcoal
from restorer_app.engine.steps.style.looks.drawing import Drawing
from restorer_app.engine.steps.style.looks.ink import draw_ink
from restorer_app.engine.steps.style.looks.oil import draw_oil
from restorer_app.engine.steps.style.looks.pencil import draw_pencil
from restorer_app.engine.steps.style.looks.plates import (
    color_by_hand,
    make_autochrome,
    make_tintype,
)
from restorer_app.engine.steps.style.looks.tones import (
    CYANOTYPE,
    PLATINUM,
    SELENIUM,
    SEPIA,
    PointTone,
    kodachrome,
    technicolor,
)
from restorer_app.engine.steps.style.looks.watercolor import draw_watercolor
from restorer_app.engine.steps.style.looks.woodcut import draw_woodcut
from restorer_app.engine.steps.style.style import Style, StyleKind


def _tone(name: str, title: str, tone: PointTone) -> Style:
    return Style(name, title, StyleKind.TONE, "Photographic", tone=tone)


def _plate(name: str, title: str, drawing: Drawing) -> Style:
    return Style(name, title, StyleKind.TONE, "Photographic", drawing=drawing)


def _drawing(name: str, title: str, drawing: Drawing, group: str = "Drawn") -> Style:
    return Style(name, title, StyleKind.DRAWING, group, drawing=drawing)


BUILT_IN = (
    _tone("sepia", "Sepia print", SEPIA),
    _tone("cyanotype", "Cyanotype", CYANOTYPE),
    _tone("platinum", "Platinum print", PLATINUM),
    _tone("selenium", "Selenium print", SELENIUM),
    _plate("tintype", "Tintype", make_tintype),
    _plate("hand_colored", "Hand-coloured", color_by_hand),
    _plate("autochrome", "Autochrome", make_autochrome),
    _tone("kodachrome", "Kodachrome", kodachrome),
    _tone("technicolor", "Two-colour film", technicolor),
    _drawing("pencil", "Pencil", draw_pencil),
    _drawing("charcoal", "Charcoal", draw_charcoal),
    _drawing("ink", "Pen and ink", draw_ink),
    _drawing("woodcut", "Woodcut", draw_woodcut),
    _drawing("watercolor", "Watercolour", draw_watercolor, "Painted"),
    _drawing("oil", "Oil", draw_oil, "Painted"),
)
"""In the order in which they are listed."""
