# SPDX-License-Identifier: Apache-2.0
"""A message that says whatever a test wants said."""

from __future__ import annotations

from restorer_app.engine.core.message import Message, Phrase


class ToyPhrase(Phrase, room="toy"):
    """Any words."""

    WORDS = "{words}"


def told(words: str) -> Message:
    """A message of just these words."""
    return ToyPhrase.WORDS(words=words)
