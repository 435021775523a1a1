# SPDX-License-Identifier: Apache-2.0
"""The full state of a run on disk: written atomically, read without running code."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import torch

from restorer_app.engine.core.errors import CorruptCheckpointError
from restorer_app.engine.files.atomic import atomic_write

LAST, PREVIOUS, BEST = "last.ckpt", "previous.ckpt", "best.ckpt"
FORMAT = 2


def write_snapshot(path: Path, state: dict[str, Any]) -> None:
    """Write a state so that at any moment either the old or the new file is whole.

    Raises:
        OSError: the disk is full or not writable; the old file is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with atomic_write(path) as file:
            torch.save({"format": FORMAT, **state}, file)
    except RuntimeError as error:
        # torch ends its archive even after a write failed, and complains of that instead.
        if isinstance(error.__context__, OSError):
            raise error.__context__ from None
        raise


def read_snapshot(path: Path) -> dict[str, Any]:
    """Read what `write_snapshot` wrote, onto the CPU.

    Raises:
        CorruptCheckpointError: missing, truncated, not a snapshot, or of a newer format.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, KeyError, pickle.UnpicklingError) as error:
        raise CorruptCheckpointError(f"The training checkpoint '{path}' is unreadable.") from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise CorruptCheckpointError(f"'{path}' is no training checkpoint of this version.")
    return state


def latest_snapshot(folder: Path) -> Path | None:
    """The newest whole snapshot of a run's folder; None where there is none."""
    return next((folder / name for name in (LAST, PREVIOUS) if (folder / name).is_file()), None)


def averaged_weights(state: dict[str, Any]) -> dict[str, torch.Tensor]:
    """The EMA weights of a snapshot."""
    weights: dict[str, torch.Tensor] = dict(state["ema"])
    del weights["updates"]
    return weights
