# SPDX-License-Identifier: Apache-2.0
"""What the engine's thread keeps between jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from restorer_app.engine.models.session import Session
    from restorer_app.engine.pipeline.cache import StepCache


class EngineState:
    """Loaded networks and cached steps. Created on, and touched by, the worker thread only."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._cache: StepCache | None = None

    def session(self, device: str) -> Session:
        """The loaded networks; another device starts anew."""
        from restorer_app.engine.models.session import Session

        if self._session is None or self._session.requested_device != device:
            if self._session is not None:
                self._session.close()
            self._session = Session(device)
        return self._session

    def cache(self, limit_bytes: int | None = None) -> StepCache:
        """The outputs of the steps of the photo restored last.

        Args:
            limit_bytes: how much they may hold; 0 takes the engine's own limit, None the last one.
        """
        from restorer_app.engine.pipeline.cache import (
            DEFAULT_LIMIT_BYTES,
            StepCache,
        )

        if self._cache is None:
            self._cache = StepCache()
        if limit_bytes is not None:
            self._cache.limit_bytes = limit_bytes or DEFAULT_LIMIT_BYTES
        return self._cache

    def forget_cache(self) -> None:
        """Give the memory of cached steps back, because another photo was opened."""
        if self._cache is not None:
            self._cache.clear()
