# SPDX-License-Identifier: Apache-2.0
"""What is said of networks."""

from __future__ import annotations

from restorer_app.engine.core.message import Phrase


class ModelPhrase(Phrase, room="models"):
    """Networks that cannot be used, or that are not what they were."""

    CLASSICAL_INSTEAD = ("used the classical way instead: a network cannot be used", "{error}")
    RENAMED = "The network {name} is called {new} now; it is used as before."
    REPLACED = (
        "The network {name} was replaced by another of that name since this project was saved, so "
        "the result may differ."
    )
    GONE = "The network {name} is not on this computer any more; the best one is used instead."
