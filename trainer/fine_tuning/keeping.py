# SPDX-License-Identifier: Apache-2.0
"""What becomes of a tuned network: kept under a name, or thrown away with its job."""

from __future__ import annotations

import shutil
from pathlib import Path

from restorer_app.engine.catalogue import Catalogue, ModelEntry

TUNED_FILE = "tuned.safetensors"
"""The result of a run, in the job's folder, with its whole card."""
REPORT_FILE = "report.json"
"""The report of the "done" event, in the job's folder."""


def keep(job_folder: Path, name: str, catalogue: Catalogue) -> ModelEntry:
    """Put the network of a finished job among the user's own, under `name`.

    Rename, export, import and delete it with the catalogue's `rename`, `export`, `add`, `remove`.

    Raises:
        InvalidPlanError: the name is taken or not usable.
        CheckpointError: the job has no finished network, or it is damaged.
        OSError: the disk is full; the job keeps its network.
    """
    raise NotImplementedError(job_folder, name, catalogue)


def discard(job_folder: Path) -> None:
    """Delete a job with everything in its folder; a folder that is no job's stays.

    Raises:
        OSError: something could not be deleted.
    """
    if (job_folder / "job.json").is_file():
        shutil.rmtree(job_folder)
