# SPDX-License-Identifier: Apache-2.0
"""The names of styles and of their groups in the language of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from restorer_app.ui.appearance.translations import tr

if TYPE_CHECKING:
    from restorer_app.engine.steps.style.style import Style


def style_title(style: Style) -> str:
    """What a style is called; a user's own as the user called it.

    Styles that are made by code bring their titles along, and packaging/translations finds them
    there. A network brings only short names of the paintings that it learned from.
    """
    if style.is_user:
        return style.title
    if style.row < 0:
        return tr(style.title)
    paintings = {
        "composition_vii": tr("Composition VII"),
        "delaunay": tr("Delaunay"),
        "mondrian": tr("Mondrian"),
        "shipwreck": tr("The Shipwreck"),
        "starry_night": tr("The Starry Night"),
        "the_scream": tr("The Scream"),
        "udnie": tr("Udnie"),
        "wave": tr("The Great Wave"),
        "woman_with_hat": tr("Woman with a Hat"),
    }
    return paintings.get(style.name, style.title)


def style_group_title(group: str) -> str:
    """What a group of styles is called; the groups stand in the styles' rows."""
    return tr(group)
