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

from restorer_app.command_line.console import describe, interruptible, print_traceback
from restorer_app.command_line.parser import UsageProblem
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
from trainer.fine_tuning.run.outlook import round_steps
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
    from trainer.fine_tuning.run.control import RunControl, listen_to_stdin  # torch
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
    from trainer.fine_tuning.run.control import RunControl, listen_to_stdin  # torch
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


_MEASURES = {
    "psnr_db": "{:.2f} -> {:.2f} dB",
    "ssim": "SSIM {:.3f} -> {:.3f}",
    "delta_e": "colour difference {:.1f} -> {:.1f}",
    "f1": "F1 {:.3f} -> {:.3f}",
    "precision": "precision {:.3f} -> {:.3f}",
    "recall": "recall {:.3f} -> {:.3f}",
}


class _Silence(EventWriter):
    """For all processes of a run but the main one."""

    def write(self, event: str, **values: Any) -> None:
        """Say nothing."""


class ConsoleEvents(EventWriter):
    """The same for a person: a few lines, and no line for each step."""

    def write(self, event: str, **values: Any) -> None:
        """Print what is worth a line."""
        for line in _lines(event, values):
            print(line, flush=True)


def _lines(event: str, values: dict[str, Any]) -> list[str]:
    if event == "pairs":
        lines = [f"{len(values['accepted'])} pairs to learn from"]
        lines += [f"left out {each['name']}: {each['reason']}" for each in values["refused"]]
        return lines + [f"no partner: {each}" for each in values["unpaired"]]
    if event == "scans":
        counts = [len(values[key]) for key in ("scans", "held_out", "clean")]
        line = "{} old scans to learn from, {} to look at afterwards; {} clean pictures"
        return [
            line.format(*counts),
            *(f"left out {each['name']}: {each['reason']}" for each in values["refused"]),
            "first the ageing is learnt, then its repair; this way is experimental",
        ]
    if event == "estimate":
        return [
            f"about {_duration(values['seconds'])} on this computer, roughly "
            f"{round_steps(values['steps'])} steps of {values['seconds_per_step']:.2f} s, measured"
        ]
    if event == "validation":
        rise = values["built_in_loss"] / values["built_in_loss_shipped"] - 1
        if "held_out_f1" in values:
            now = f"F1 {values['held_out_f1']:.3f} (before {values['held_out_f1_shipped']:.3f})"
        else:
            now = f"{values['held_out_db']:.2f} dB (before {values['held_out_db_shipped']:.2f})"
        what = "pictures aged alike" if values.get("is_aged") else "held-out pairs"
        return [f"step {values['step']}: {what} {now}, built-in error {rise:+.1%}"]
    if event == "done" and values["report"]:
        return _report_lines(values["report"])
    return []


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _report_lines(report: dict[str, Any]) -> list[str]:
    old, new = report["shipped"], report["tuned"]
    measured = [text.format(old[key], new[key]) for key, text in _MEASURES.items() if key in new]
    what = "held-out pairs"
    lines = []
    if "unpaired" in report:
        what = "clean pictures aged alike"
        lines = _scan_lines(report["unpaired"])
    lines += [
        f"{what}: {', '.join(measured)}",
        f"built-in pictures: error {report['built_in_rise']:+.1%}",
    ]
    lines += [f"note: {each}" for each in report["warnings"]]
    lines.append(f"kept as {report['name']}; use it with --model {report['step']}={report['name']}")
    return lines


def _scan_lines(found: dict[str, Any]) -> list[str]:
    texture, color = found["texture_db"], found["color"]
    return [
        "your scans against clean pictures (of other things, so these are hints): texture "
        f"{texture['shipped']:.2f} -> {texture['tuned']:.2f} dB apart, colours "
        f"{color['shipped']:.1f} -> {color['tuned']:.1f} of 255",
        f"what your scans show stayed in its place to {found['kept_structure']:.1%}",
        f"look at {', '.join(found['pictures'])}",
    ]
