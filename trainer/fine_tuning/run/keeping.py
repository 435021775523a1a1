# SPDX-License-Identifier: Apache-2.0
"""What becomes of a tuned network: kept under a name, or thrown away with its job."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from restorer_app.engine.core.checked_json import parse_json
from restorer_app.engine.files.atomic import write_bytes_atomically
from restorer_app.engine.models.catalogue import Catalogue, ModelEntry
from trainer.fine_tuning.run.job import JOB_FILE, REPORT_FILE

TUNED_FILE = "tuned.safetensors"
"""The result of a run, in the job's folder, with its whole card."""


def keep(job_folder: Path, name: str, catalogue: Catalogue) -> ModelEntry:
    """Put the network of a finished job among the user's own, under `name`.

    Rename, export, import and delete it with the catalogue's `rename`, `export`, `add`, `remove`.

    Raises:
        InvalidPlanError: the name is taken or not usable.
        CheckpointError: the job has no finished network, or it is damaged.
        OSError: the disk is full; the job keeps its network.
    """
    return catalogue.keep_trained(job_folder / TUNED_FILE, name)


def discard(job_folder: Path) -> None:
    """Delete a job with everything in its folder; a folder that is no job's stays.

    Raises:
        OSError: something could not be deleted.
    """
    if (job_folder / JOB_FILE).is_file():
        shutil.rmtree(job_folder)


def write_report(job_folder: Path, report: dict[str, Any]) -> None:
    """Write the report of the "done" event; from then on the job counts as finished.

    Raises:
        OSError: the disk is full or not writable.
    """
    text = json.dumps(report, indent=1, ensure_ascii=False)
    write_bytes_atomically(job_folder / REPORT_FILE, text.encode())


def read_report(job_folder: Path) -> dict[str, Any] | None:
    """The report of a finished job; None where it has none."""
    try:
        found = parse_json((job_folder / REPORT_FILE).read_bytes(), is_finite=False)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
