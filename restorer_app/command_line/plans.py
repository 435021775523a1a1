# SPDX-License-Identifier: Apache-2.0
"""From the options of a command to the plan that the engine runs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from restorer_app.command_line.parser import WAITING, UsageProblem, waiting_sentence
from restorer_app.engine.pipeline.plan import RestorePlan, preset
from restorer_app.engine.steps.config import Switch

FILLING = "filling"
"""Stands for a step in `--model filling=NAME`: the damage step finds with one network and fills
with another."""


def plan_of(command: str, options: argparse.Namespace) -> RestorePlan:
    """The plan that a command's options ask for, without masks.

    Raises:
        InvalidPlanError: a step, preset or value that does not exist.
        UsageProblem: something that this version cannot do, or a pair that is no pair.
    """
    if command == "restore":
        return _restore_plan(options)
    if command == "detect":
        plan = RestorePlan().with_only(["damage"])
        model = _model_of(command, "damage", options.model)
        return plan.with_step("damage", sensitivity=options.sensitivity, model=model)
    step = "damage" if command == "inpaint" else command
    plan = RestorePlan().with_only([step])
    if command == "style":
        plan = _with_style(plan, options)
    model = _model_of(command, step, options.model)
    plan = plan.with_step(step, strength=options.strength, model=model)
    return _with_crispness(plan, options)


def _model_of(command: str, step: str, text: str) -> str:
    """The network's name in NAME or, as `restorer restore` wants it, STEP=NAME."""
    named, equals, name = text.partition("=")
    if not equals:
        return text
    if named not in (step, command) or not name:
        raise UsageProblem(
            f"restorer {command}: --model {text} is not for {step}; write the network's name alone."
        )
    return name


def with_mask(plan: RestorePlan, mask: Path | None) -> RestorePlan:
    """The plan with a mask instead of detection; giving one switches the damage step on.

    Where only a style is to be put on, the mask says where.
    """
    if mask is None:
        return plan
    if plan == plan.with_only(["style"]):
        return plan.with_step("style", mask_path=str(mask))
    return plan.with_step("damage", mask_path=str(mask), switch=Switch.ON)


def _restore_plan(options: argparse.Namespace) -> RestorePlan:
    if options.scale != 1:
        raise UsageProblem(f"restorer restore --scale: {waiting_sentence('upscale')}")
    plan = preset(options.preset)
    if options.steps not in (None, "auto"):
        plan = _with_steps(plan, [each.strip() for each in options.steps.split(",")])
    for text in options.strength:
        step, value = _pair(text, "--strength", "tone=0.5")
        try:
            number = float(value)
        except ValueError:
            raise UsageProblem(
                f"restorer restore: --strength {text} has no number; write e.g. {step}=0.5."
            ) from None
        plan = plan.with_step(step, strength=number)
    for text in options.model:
        step, name = _pair(text, "--model", "denoise=classical")
        if step == FILLING:
            plan = plan.with_step("damage", filler=name)
        else:
            plan = plan.with_step(step, model=name)
    if options.style:
        plan = plan.with_step("style", switch=Switch.ON, style=options.style)
    return _with_crispness(plan, options)


def _with_style(plan: RestorePlan, options: argparse.Namespace) -> RestorePlan:
    """The plan with the options of `restorer style` but for its strength and network."""
    changes = {"style": options.style, "brush": options.brush, "keep_colors": options.keep_colors}
    if options.mix:
        second, equals, share = options.mix.partition("=")
        changes["mix_style"] = second
        if equals:
            changes["mix"] = _number(share, f"--mix {options.mix}", f"{second}=0.5")
    return plan.with_step("style", **changes)


def _number(text: str, option: str, example: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageProblem(
            f"restorer style: {option} has no number; write e.g. {example}."
        ) from None


def _with_crispness(plan: RestorePlan, options: argparse.Namespace) -> RestorePlan:
    """The plan with the crispness asked for; the preset's where none is."""
    crispness: float | None = getattr(options, "crispness", None)
    return plan if crispness is None else plan.with_step("denoise", crispness=crispness)


def _with_steps(plan: RestorePlan, steps: Sequence[str]) -> RestorePlan:
    """Exactly these steps on, with the preset's other settings kept."""
    for step in steps:
        _check_available(step)
    return plan.with_only(steps)


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    step, equals, value = text.partition("=")
    if not equals or not step or not value:
        raise UsageProblem(
            f"restorer restore: {option} {text} is not STEP=VALUE; write e.g. {option} {example}."
        )
    _check_available(step)
    return step, value


def _check_available(step: str) -> None:
    if step in WAITING:
        raise UsageProblem(f"restorer restore: {waiting_sentence(step)}")
