# SPDX-License-Identifier: Apache-2.0
"""Names that somebody typed, compared with those there are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from restorer_app.engine.core.errors import InvalidPlanError


def nearest_name(name: str, known: Iterable[str], likeness: float = 0.5) -> str | None:
    """The known name that `name` is most likely a misspelling of, or None.

    Args:
        name: as it was typed.
        known: those there are.
        likeness: in [0, 1]; how alike two names must be at least, as difflib measures it.
    """
    close = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=likeness)
    return close[0] if close else None


def check_known(kind: str, name: str, known: Iterable[str]) -> None:
    """Refuse a name that nothing has.

    Args:
        kind: what it should be the name of, for the sentence.
        name: as it was typed.
        known: those there are.

    Raises:
        InvalidPlanError: it is not among them; with the nearest one.
    """
    names = list(known)
    if name in names:
        return
    close = nearest_name(str(name), names)
    advice = f"did you mean {close}?" if close else f"there are: {', '.join(names)}."
    raise InvalidPlanError(f"There is no {kind} called {name!r}; {advice}")
