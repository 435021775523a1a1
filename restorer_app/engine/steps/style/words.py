# SPDX-License-Identifier: Apache-2.0
"""What the style step says."""

from __future__ import annotations

from restorer_app.engine.core.message import Phrase


class StylePhrase(Phrase, room="style"):
    """Which look was put on."""

    ONE = "In the style {style}"
    MIXED = "In a mix of the styles {style} and {other}"
