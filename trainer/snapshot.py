# SPDX-License-Identifier: Apache-2.0
"""The full state of a run on disk: written atomically, read without running code."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import torch

from restorer_app.engine.errors import CorruptCheckpointError

FORMAT = 1


def write_snapshot(path: Path, state: dict[str, Any]) -> None:
    """Write a state so that at any moment either the old or the new file is whole.

    Raises:
        OSError: the disk is full or not writable; the old file is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        torch.save({"format": FORMAT, **state}, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def read_snapshot(path: Path) -> dict[str, Any]:
    """Read what `write_snapshot` wrote, onto the CPU.

    Raises:
        CorruptCheckpointError: missing, truncated, not a snapshot, or of a newer format.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise CorruptCheckpointError(f"The training checkpoint '{path}' is unreadable.") from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise CorruptCheckpointError(f"'{path}' is no training checkpoint of this version.")
    return state
