# SPDX-License-Identifier: Apache-2.0
"""A fine-tuning run from old scans without pairs: first the ageing is learnt, then from it."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

import torch
from torch import nn

from restorer_app.engine.core.errors import TrainingDataError
from restorer_app.engine.models.catalogue import Catalogue
from trainer.fine_tuning.run.control import RunControl
from trainer.fine_tuning.run.events import EventWriter
from trainer.fine_tuning.run.job import REPORT_FILE, FineTuneJob
from trainer.fine_tuning.run.recipe import tuning_recipe
from trainer.fine_tuning.run.tuning import MadePairs, find_base, run_job
from trainer.fine_tuning.run.watching import RunWatcher
from trainer.fine_tuning.scans.aged_pairs import AgedPairs, ageing_recipe, make_aged_pairs
from trainer.fine_tuning.scans.comparison import compare_scans
from trainer.fine_tuning.scans.copies import ScanCopies, copy_scans
from trainer.loop.processes import started_by_torchrun

AGEING_SHARE = 0.3
"""Of the time; where steps count, of them."""
_FEW_SCANS = 6
_LEAST_STRUCTURE = 0.95
_LEAST_GAIN_DB = 0.1


def run_unpaired_job(
    job: FineTuneJob,
    catalogue: Catalogue,
    events: EventWriter,
    control: RunControl | None = None,
    *,
    resume: bool = False,
) -> dict[str, Any]:
    """Do a job that names old scans; everything else is as in `run_job`.

    The report's scores ("before", "shipped", "tuned", "gain_db") are of clean pictures that were
    aged by what was learnt; "unpaired" holds what could be measured on held-out scans.

    Raises:
        RestorerError: the pictures, the base or a setting cannot be used, or training diverged.
        OSError: the disk is full; the last checkpoint is kept.
        Cancelled: the control cancelled it; saved, so that it can be resumed.
    """
    control = control or RunControl()
    if job.step != "denoise":
        raise TrainingDataError(
            f"Only the step denoise learns from old scans without pairs, not {job.step}."
        )
    if started_by_torchrun():
        raise TrainingDataError(
            "What ageing did to old scans is learnt in one process; start it without torchrun."
        )
    # What is wrong with the job is said before half an hour of it is done.
    tuning_recipe(job)
    find_base(job, catalogue)
    (job.folder / REPORT_FILE).unlink(missing_ok=True)
    copies = copy_scans(job, control.cancel)
    events.write(
        "scans",
        scans=[copy.name for copy in copies.old],
        held_out=[copy.name for copy in copies.held_out],
        clean=[copy.name for copy in copies.clean],
        refused=[dataclasses.asdict(each) for each in copies.refused],
    )
    torch.set_num_threads(job.threads or max(1, (os.cpu_count() or 2) - 1))
    minutes, steps = AGEING_SHARE * job.minutes, max(1, round(AGEING_SHARE * job.steps))
    events.write("state", state="running")
    listener = RunWatcher(_Stretched(events, 0, AGEING_SHARE), control)
    recipe = ageing_recipe(job, minutes, steps)
    aged = make_aged_pairs(job, recipe, listener, resume=resume)

    def amend(report: dict[str, Any], shipped: nn.Module, tuned: nn.Module) -> None:
        _amend(report, job, copies, aged, shipped, tuned)

    rest = dataclasses.replace(
        job, minutes=job.minutes - minutes, steps=max(1, job.steps - steps) if job.steps else 0
    )
    return run_job(
        rest,
        catalogue,
        _Stretched(events, AGEING_SHARE, 1),
        control,
        resume=resume,
        made=MadePairs(aged.prepared, aged.split, amend),
    )


class _Stretched(EventWriter):
    """Passes events on; of a run that is a part of a longer one."""

    def __init__(self, events: EventWriter, first: float, last: float) -> None:
        self._inner, self._first, self._last = events, first, last

    def write(self, event: str, **values: Any) -> None:
        """Write one event, its share and the time left those of the whole."""
        if event == "step":
            share, left = values["share"], values["seconds_left"]
            length = self._last - self._first
            if left is not None and share < 1:
                whole_s = left / (1 - share) / length
                values["seconds_left"] = round(left + (1 - self._last) * whole_s, 1)
            values["share"] = round(self._first + length * share, 5)
            if self._last < 1:
                # Of another game than the one that is shown.
                values["loss"] = None
        elif event == "validation":
            # What is held out are no pairs of the person's.
            values["is_aged"] = True
        self._inner.write(event, **values)


def _amend(
    report: dict[str, Any],
    job: FineTuneJob,
    copies: ScanCopies,
    aged: AgedPairs,
    shipped: nn.Module,
    tuned: nn.Module,
) -> None:
    """Put into a report what was measured on scans, and what it is worth."""
    compared = compare_scans(copies, aged, shipped, tuned, job.folder / "comparison")
    # What `conclude` said of held-out pairs is of aged pictures; a worse result is said below.
    forgot = [text for text in report["warnings"] if text.startswith("The network began")]
    report["warnings"] = [
        "Old scans without pairs are an experimental way: nobody knows what your scans should "
        "look like, so look at the pictures before you keep the network.",
        *_warnings(report, copies, aged, compared.kept_structure),
        *forgot,
    ]
    report["pictures"] = [str(path) for path in compared.pictures]
    report["unpaired"] = {
        "scans": len(job.old_scans) - len(copies.refused),
        "clean": len(copies.clean),
        "own_clean": bool(job.clean_pictures),
        "learnt_colors": aged.learnt_colors,
        "ageing_steps": aged.steps,
        "held_out": list(compared.names),
        "pictures": [str(path) for path in compared.pictures],
        "texture_db": {key: round(value, 3) for key, value in compared.texture_db.items()},
        "color": {key: round(value, 2) for key, value in compared.color.items()},
        "kept_structure": round(compared.kept_structure, 4),
    }


def _warnings(
    report: dict[str, Any], copies: ScanCopies, aged: AgedPairs, kept_structure: float
) -> list[str]:
    warnings = []
    if len(copies.old) + len(copies.held_out) < _FEW_SCANS:
        warnings.append(f"There are fewer than {_FEW_SCANS} old scans; more would teach more.")
    if not aged.learnt_colors:
        warnings.append("Colours stay as they are in your scans; only texture was learnt.")
    if report["gain_db"] < _LEAST_GAIN_DB:
        warnings.append("It undoes the ageing that was learnt no better than before.")
    if kept_structure < _LEAST_STRUCTURE:
        warnings.append(
            "In at least one scan it moved more than texture; look closely at faces and edges."
        )
    return warnings
