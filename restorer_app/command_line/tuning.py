# SPDX-License-Identifier: Apache-2.0
"""`restorer fine-tune`: makes a network better at the damage that a person's own pairs show."""

from __future__ import annotations

import argparse
import shutil
import sys
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

from restorer_app.arguments import UsageProblem
from restorer_app.command_line.console import describe, interruptible, print_traceback
from restorer_app.command_line.tuning_words import ConsoleEvents
from restorer_app.engine.core.progress import Cancelled, CancelToken
from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.paths import shipped_models_folder, user_models_folder
from trainer.data.pair_finding import FoundPairs, find_pairs_in, pictures_below
from trainer.fine_tuning.run.events import EventWriter
from trainer.fine_tuning.run.job import (
    JOB_FILE,
    QUICK_MINUTES,
    REPORT_FILE,
    FineTuneJob,
    job_folder,
    load_job,
)
from trainer.fine_tuning.run.keeping import keep
from trainer.loop.processes import is_main_process

EXIT_DONE, EXIT_FAILED = 0, 1
OTHER_WORDS = {"detect": "damage", "fill": "inpaint"}
"""What a person may call the two networks of the damage step, and what the catalogue calls them."""


def run_fine_tune(options: argparse.Namespace) -> int:
    """Run one job; returns the exit status.

    Raises:
        UsageProblem: options that do not go together, or a run that was begun already.
        RestorerError: see `run_job`.
        OSError: the disk is full or not writable.
        Cancelled: it was cancelled; saved.
    """
    if not is_main_process():
        with interruptible() as cancel:
            return _run(options, _Silence(), cancel)
    if not options.events:
        with interruptible() as cancel:
            return _run(options, ConsoleEvents(), cancel)
    events = EventWriter(sys.stdout)
    with redirect_stdout(sys.stderr):  # what a library prints must not end up between events
        try:
            return _run(options, events, CancelToken())
        except Cancelled:
            raise
        except Exception as error:  # the window shows one sentence
            print_traceback(error)
            events.write("error", message=describe(error))
            return EXIT_FAILED


def _run(options: argparse.Namespace, events: EventWriter, cancel: CancelToken) -> int:
    catalogue = Catalogue(shipped_models_folder(), user_models_folder())
    job, unpaired = _job_of(options)
    if options.estimate:
        return _say_how_long(job, catalogue, events, cancel, listens=options.events)
    is_kept = options.job is None and is_main_process()
    if is_kept:
        # Now, not after an hour of training.
        catalogue.check_new_name(job.name)
    if is_main_process():
        job.save()
    from trainer.fine_tuning.run.control import RunControl, listen_to_stdin
    from trainer.fine_tuning.run.tuning import run_job

    control = RunControl(cancel)
    if options.events:
        listen_to_stdin(control.obey)
    if job.is_unpaired:
        from trainer.fine_tuning.scans.unpaired_run import run_unpaired_job

        report = run_unpaired_job(job, catalogue, events, control, resume=options.resume)
    else:
        report = run_job(
            job, catalogue, events, control, resume=options.resume, unpaired=[*map(str, unpaired)]
        )
    if is_kept:
        keep(job.folder, job.name, catalogue)
    events.write("done", report=report)
    return EXIT_DONE


def _say_how_long(
    job: FineTuneJob,
    catalogue: Catalogue,
    events: EventWriter,
    cancel: CancelToken,
    *,
    listens: bool,
) -> int:
    """Time a few trial steps; a job's folder that was not there is not there afterwards."""
    from trainer.fine_tuning.run.control import RunControl, listen_to_stdin
    from trainer.fine_tuning.run.tuning import time_job

    control = RunControl(cancel)
    if listens:
        listen_to_stdin(control.obey)
    is_new = not job.folder.exists()
    try:
        time_job(job, catalogue, events, control)
    finally:
        if is_new:
            shutil.rmtree(job.folder, ignore_errors=True)
    events.write("done", report={})
    return EXIT_DONE


def _job_of(options: argparse.Namespace) -> tuple[FineTuneJob, tuple[Path, ...]]:
    """The job that the options ask for, and pictures that found no partner."""
    if options.job is not None:
        if options.pairs is not None or options.name is not None:
            raise UsageProblem("restorer fine-tune: --job says everything; leave out the rest.")
        return _with_budget(load_job(options.job), options), ()
    if options.name is None:
        raise UsageProblem("restorer fine-tune: --name NAME is missing: what to call the network.")
    folder = job_folder(options.name)
    is_begun = (folder / JOB_FILE).is_file() and not (folder / REPORT_FILE).is_file()
    if is_begun and not options.resume and is_main_process():
        raise UsageProblem(
            f"restorer fine-tune: {options.name} was begun already; go on with --resume, or choose "
            "another name."
        )
    if options.resume and is_begun:
        return _with_budget(load_job(folder / JOB_FILE), options), ()
    if options.pairs is None:
        raise UsageProblem("restorer fine-tune: PAIRS_DIR is missing: the folder of your pairs.")
    if options.clean is not None and not options.unpaired:
        raise UsageProblem("restorer fine-tune: --clean goes with --unpaired only.")
    if options.unpaired and options.estimate:
        raise UsageProblem("restorer fine-tune: --estimate goes with pairs only.")
    found = FoundPairs(()) if options.unpaired else find_pairs_in(options.pairs)
    old_scans = pictures_below(options.pairs) if options.unpaired else []
    job = FineTuneJob(
        name=options.name,
        pairs=found.pairs,
        old_scans=tuple(old_scans),
        clean_pictures=() if options.clean is None else tuple(pictures_below(options.clean)),
        folder=folder,
        step=OTHER_WORDS.get(options.step, options.step),
        base=options.base,
        minutes=QUICK_MINUTES,
        threads=options.threads,
        overrides={"run.devices": options.devices} if options.devices > 1 else {},
    )
    return _with_budget(job, options), found.unpaired


def _with_budget(job: FineTuneJob, options: argparse.Namespace) -> FineTuneJob:
    if options.minutes is not None:
        return replace(job, minutes=options.minutes, steps=0)
    if options.steps is not None:
        return replace(job, minutes=0.0, steps=options.steps)
    return job


class _Silence(EventWriter):
    """For all processes of a run but the main one."""

    def write(self, event: str, **values: Any) -> None:
        """Say nothing."""
