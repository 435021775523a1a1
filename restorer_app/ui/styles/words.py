# SPDX-License-Identifier: Apache-2.0
"""The names of styles and of their groups in the language of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from restorer_app.ui.appearance.translations import tr

if TYPE_CHECKING:
    from restorer_app.engine.steps.style.catalogue import Style


def style_title(style: Style) -> str:
    """What a style is called; a user's own as the user called it."""
    if style.is_user:
        return style.title
    titles = {
        "sepia": tr("Sepia print"),
        "cyanotype": tr("Cyanotype"),
        "platinum": tr("Platinum print"),
        "selenium": tr("Selenium print"),
        "tintype": tr("Tintype"),
        "hand_colored": tr("Hand-coloured"),
        "autochrome": tr("Autochrome"),
        "kodachrome": tr("Kodachrome"),
        "technicolor": tr("Two-colour film"),
        "pencil": tr("Pencil"),
        "charcoal": tr("Charcoal"),
        "ink": tr("Pen and ink"),
        "woodcut": tr("Woodcut"),
        "watercolor": tr("Watercolour"),
        "oil": tr("Oil"),
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
    return titles.get(style.name, style.title)


def style_group_title(group: str) -> str:
    """What a group of styles is called."""
    titles = {
        "Photographic": tr("Photographic"),
        "Drawn": tr("Drawn"),
        "Painted": tr("Painted"),
        "My styles": tr("My styles"),
    }
    return titles.get(group, group)
