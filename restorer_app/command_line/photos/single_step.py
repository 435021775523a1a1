# SPDX-License-Identifier: Apache-2.0
"""The commands that run one step alone: each step's description says which it has."""

from __future__ import annotations

import argparse

from restorer_app.arguments import Command, CommandParser
from restorer_app.command_line.photos.options import add_keep_times, add_photo_options
from restorer_app.command_line.photos.step_options import add_command_options, command_changes
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.catalogue import STEPS
from restorer_app.engine.steps.config import StepConfig
from restorer_app.engine.steps.description import StepCommand, StepDescription


def single_step_commands() -> list[Command]:
    """All of them, in the order of the steps."""
    return [_command(step, each) for step in STEPS for each in step.commands]


def single_step_plan(
    step: StepDescription[StepConfig], command: StepCommand, options: argparse.Namespace
) -> RestorePlan:
    """The plan that a command's options ask for, without masks.

    Raises:
        InvalidPlanError: a value that does not exist.
        UsageProblem: a value that cannot be understood.
    """
    changes = command_changes(step, command, options)
    return RestorePlan().with_only([step.name]).with_step(step.name, **changes)


def _command(step: StepDescription[StepConfig], command: StepCommand) -> Command:
    def add_options(parser: CommandParser) -> None:
        add_photo_options(parser, output="MASK.png" if command.writes_mask else "OUT")
        if not command.writes_mask:
            add_keep_times(parser)
        add_command_options(parser, step, command)

    def run(options: argparse.Namespace) -> int:
        plan = single_step_plan(step, command, options)
        from restorer_app.command_line.photos.run import run_photos

        finds = step.name if command.writes_mask else ""
        return run_photos(command.name, options, plan, finds=finds)

    return Command(command.name, command.help, add_options, run)
