# SPDX-License-Identifier: Apache-2.0
"""`restorer restore`: a whole plan over photos. Its options come from the catalogue of steps."""

from __future__ import annotations

import argparse

from restorer_app.arguments import Command, CommandParser, UsageProblem, path
from restorer_app.command_line.photos.options import add_keep_times, add_photo_options
from restorer_app.command_line.photos.step_options import (
    add_restore_options,
    network_words,
    restore_changes,
)
from restorer_app.engine.pipeline.plan import PRESETS, RestorePlan, preset
from restorer_app.engine.steps.catalogue import WAITING, steps_by_name
from restorer_app.engine.steps.config import Switch


def waiting_sentence(step: str) -> str:
    """What to say about a step that does not exist yet."""
    return f"This version does not have {step} ({WAITING[step]}) yet."


def add_options(parser: CommandParser) -> None:
    """Declare what can be written after `restorer restore`."""
    steps = steps_by_name()
    add_photo_options(parser)
    add_keep_times(parser)
    parser.add_argument(
        "--steps",
        metavar="auto|STEP,...",
        help=f"exactly these of {', '.join(steps)}; auto (the default) runs what is needed",
    )
    parser.add_argument(
        "--preset",
        default="auto",
        metavar="NAME",
        help=f"settings to start from: {', '.join(PRESETS)} (default auto)",
    )
    parser.add_argument(
        "--strength",
        action="append",
        default=[],
        metavar="STEP=0..1",
        help="how much of a step's effect is kept (default 1); may be given once per step",
    )
    more = "".join(
        f", and as {word}=NAME for {what}" for word, (_, _, what) in network_words(steps).items()
    )
    parser.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="STEP=NAME",
        help=f"a network of `restorer models`, or classical; may be given once per step{more}",
    )
    add_restore_options(parser, steps, are_masks=False)
    add_restore_options(parser, steps, are_masks=True)
    parser.add_argument(
        "--save-mask",
        type=path,
        metavar="M.png",
        help="write what was repaired, white; with several photos a folder",
    )
    if "upscale" in WAITING:
        parser.add_argument(
            "--scale",
            type=int,
            choices=(1, 2, 4),
            default=1,
            help="enlarge; this version has only 1, the photo's own size",
        )


def restore_plan(options: argparse.Namespace) -> RestorePlan:
    """The plan that the options ask for, without masks.

    Raises:
        InvalidPlanError: a step, preset or value that does not exist.
        UsageProblem: something that this version cannot do, or a pair that is no pair.
    """
    if "upscale" in WAITING and options.scale != 1:
        raise UsageProblem(f"restorer restore --scale: {waiting_sentence('upscale')}")
    plan = preset(options.preset)
    if options.steps not in (None, "auto"):
        names = [each.strip() for each in options.steps.split(",")]
        for name in names:
            _check_exists(name)
        plan = plan.with_only(names)
    for text in options.strength:
        step, value = _pair(text, "--strength", "tone=0.5")
        try:
            number = float(value)
        except ValueError:
            raise UsageProblem(
                f"restorer restore: --strength {text} has no number; write e.g. {step}=0.5."
            ) from None
        plan = plan.with_step(step, strength=number)
    words = network_words(steps_by_name())
    for text in options.model:
        word, name = _pair(text, "--model", "denoise=classical")
        step, field, _ = words.get(word, (word, "model", ""))
        plan = plan.with_step(step, **{field: name})
    return _with_settings(plan, options)


def _with_settings(plan: RestorePlan, options: argparse.Namespace) -> RestorePlan:
    """With what was given under its own name; the preset's values where nothing was."""
    for name, step in steps_by_name().items():
        changes = restore_changes(step, options)
        if not changes:
            continue
        if not step.is_repair:  # nobody names a look without wanting it
            changes["switch"] = Switch.ON
        plan = plan.with_step(name, **changes)
    return plan


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    step, equals, value = text.partition("=")
    if not equals or not step or not value:
        raise UsageProblem(
            f"restorer restore: {option} {text} is not STEP=VALUE; write e.g. {option} {example}."
        )
    _check_exists(step)
    return step, value


def _check_exists(step: str) -> None:
    if step in WAITING:
        raise UsageProblem(f"restorer restore: {waiting_sentence(step)}")


def run(options: argparse.Namespace) -> int:
    """Restore all photos; returns the exit status."""
    plan = restore_plan(options)
    from restorer_app.command_line.photos.run import run_photos

    return run_photos("restore", options, plan)


RESTORE = Command("restore", "run a whole plan over photos or folders of photos", add_options, run)
