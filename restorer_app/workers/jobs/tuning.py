# SPDX-License-Identifier: Apache-2.0
"""What becomes of a fine-tuning run: its network is kept, or everything is deleted."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from restorer_app.engine.core.errors import CheckpointError
from restorer_app.engine.files.atomic import describe_os_error
from restorer_app.engine.models.catalogue import Catalogue, ModelEntry
from restorer_app.workers.job import JobContext
from trainer.fine_tuning.run.job import jobs_folder
from trainer.fine_tuning.run.keeping import keep


@dataclass(frozen=True)
class TunedKept:
    """A tuned network is among the user's own.

    Attributes:
        entry: of the catalogue.
        folder: of the job, which is gone.
    """

    entry: ModelEntry
    folder: Path


@dataclass(frozen=True)
class KeepTuned:
    """Keep the network of a finished run and delete the run.

    Attributes:
        folder: of the job.
        name: for the network.
        catalogue: where it is kept.
    """

    folder: Path
    name: str
    catalogue: Catalogue

    supersedes: ClassVar[bool] = False
    is_background: ClassVar[bool] = False

    def run(self, _context: JobContext) -> TunedKept:
        """Keep it.

        Raises:
            InvalidPlanError: the name is taken or not usable.
            CheckpointError: the network is damaged, or cannot be written.
        """
        try:
            entry = keep(self.folder, self.name, self.catalogue)
        except OSError as error:
            raise CheckpointError(
                f"The network {self.name} could not be written: {describe_os_error(error)}."
            ) from error
        # The network is safe: a folder that cannot be deleted is no reason for an error.
        shutil.rmtree(self.folder, ignore_errors=True)
        return TunedKept(entry, self.folder)


@dataclass(frozen=True)
class DeleteJob:
    """Delete a job's folder with everything in it, also one that was never begun.

    Attributes:
        folder: of the job.
    """

    folder: Path

    supersedes: ClassVar[bool] = False
    is_background: ClassVar[bool] = True

    def run(self, _context: JobContext) -> None:
        """Delete it."""
        delete_job_folder(self.folder)


def delete_job_folder(folder: Path) -> None:
    """Delete a job's folder; one that is not among the jobs stays."""
    if folder.parent == jobs_folder():
        shutil.rmtree(folder, ignore_errors=True)
