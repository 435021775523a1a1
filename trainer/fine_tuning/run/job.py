# SPDX-License-Identifier: Apache-2.0
"""What a fine-tuning run is to do, kept as JSON in its own folder so that it can go on later."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from restorer_app.engine.core.checked_json import parse_json
from restorer_app.engine.core.errors import TrainingDataError
from restorer_app.engine.files.atomic import write_bytes_atomically
from restorer_app.paths import user_data_folder
from trainer.data.pair_finding import PicturePair

JOB_FILE, REPORT_FILE = "job.json", "report.json"
"""In a job's folder: what is to be done, and, once it is done, how it came out."""
QUICK_MINUTES, GOOD_MINUTES = 5.0, 60.0
"""The two simple choices."""
_FORMAT = 1


@dataclass(frozen=True)
class FineTuneJob:
    """One run.

    Attributes:
        name: of the job, and of the network where it is kept without asking.
        pairs: what to learn from; registered by the run, unless they were before.
        folder: the job's own; `job_folder(name)` unless the caller has a reason.
        step: the task whose network is tuned, one of `tunables.TUNABLES`.
        base: the network to start from, by its name in the catalogue; "auto" is the task's default.
        minutes: training time in all; 0 where `steps` counts.
        steps: steps in all; 0 where `minutes` count.
        threads: CPU threads; 0 leaves one core free for the window.
        overrides: recipe fields by dotted name, e.g. {"optimizer.learning_rate": 1e-4}; see
            `tuning_recipe.expert_fields`.
        old_scans: files to learn from without pairs; `pairs` is empty then.
        clean_pictures: of other things, for old scans; empty where the program's own must do.
    """

    name: str
    pairs: tuple[PicturePair, ...]
    folder: Path
    step: str = "denoise"
    base: str = "auto"
    minutes: float = 0.0
    steps: int = 0
    threads: int = 0
    overrides: Mapping[str, Any] = field(default_factory=dict)
    old_scans: tuple[Path, ...] = ()
    clean_pictures: tuple[Path, ...] = ()

    @property
    def is_unpaired(self) -> bool:
        """Whether it learns from old scans without pairs."""
        return bool(self.old_scans)

    def to_json(self) -> dict[str, Any]:
        """JSON types; `from_json` reads it back equal."""
        table = asdict(self)
        table["format"] = _FORMAT
        table["folder"] = str(self.folder)
        table["overrides"] = dict(self.overrides)
        for name in ("old_scans", "clean_pictures"):
            table[name] = [str(path) for path in table[name]]
        table["pairs"] = [
            {"name": pair.name, "before": str(pair.before), "after": str(pair.after)}
            for pair in self.pairs
        ]
        return table

    @classmethod
    def from_json(cls, table: Any) -> FineTuneJob:
        """Read what `to_json` made.

        Raises:
            TrainingDataError: it is something else, or of a newer version.
        """
        try:
            if table["format"] != _FORMAT:
                raise ValueError(table["format"])
            pairs = tuple(
                PicturePair(str(each["name"]), Path(each["before"]), Path(each["after"]))
                for each in table["pairs"]
            )
            return cls(
                name=str(table["name"]),
                pairs=pairs,
                folder=Path(table["folder"]),
                step=str(table["step"]),
                base=str(table["base"]),
                minutes=float(table["minutes"]),
                steps=int(table["steps"]),
                threads=int(table["threads"]),
                overrides=dict(table["overrides"]),
                old_scans=tuple(map(Path, table.get("old_scans", ()))),
                clean_pictures=tuple(map(Path, table.get("clean_pictures", ()))),
            )
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
            raise TrainingDataError(
                "The fine-tuning job is damaged or of another version; start a new one."
            ) from error

    def save(self, file_name: str = JOB_FILE) -> Path:
        """Write the job into its folder, which is made; returns the file.

        Args:
            file_name: under any other name it does not count as begun.

        Raises:
            OSError: the disk is full or not writable.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / file_name
        text = json.dumps(self.to_json(), indent=1, ensure_ascii=False)
        write_bytes_atomically(path, text.encode())
        return path


def load_job(path: Path) -> FineTuneJob:
    """Read a job's file.

    Raises:
        TrainingDataError: there is none, or it is damaged.
    """
    try:
        table = parse_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise TrainingDataError(f"The fine-tuning job '{path}' cannot be read.") from error
    return FineTuneJob.from_json(table)


def jobs_folder() -> Path:
    """Where the user's jobs are, one folder each."""
    return user_data_folder() / "fine-tuning"


def job_folder(name: str) -> Path:
    """The folder of the job called `name`.

    Raises:
        TrainingDataError: the name could not be a folder's and a network's.
    """
    if not re.fullmatch(r"[^\W_][\w.+-]{0,63}", name):
        raise TrainingDataError(
            f"{name!r} cannot be a network's name; use letters, digits, dots and dashes."
        )
    return jobs_folder() / name


def unfinished_jobs() -> tuple[FineTuneJob, ...]:
    """Jobs that were begun and have no report yet, by name: they can be resumed."""
    found = []
    for path in sorted(jobs_folder().glob(f"*/{JOB_FILE}")):
        if (path.parent / REPORT_FILE).is_file():
            continue
        try:
            found.append(load_job(path))
        except TrainingDataError:
            continue
    return tuple(found)
