# SPDX-License-Identifier: Apache-2.0
"""A step's settings as options: declared from the fields of its config, and read back."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from restorer_app.arguments import CommandParser, UsageProblem, path
from restorer_app.engine.steps.config import Control, Option, Setting, StepConfig, settings_of
from restorer_app.engine.steps.description import MASK, StepCommand, StepDescription


def add_command_options(
    parser: CommandParser, step: StepDescription[StepConfig], command: StepCommand
) -> None:
    """The settings that a command of a step takes."""
    defaults = step.config_type()
    for field, setting, option in _options_of(step, command):
        default = getattr(defaults, field)
        is_required = field in command.required
        _add(parser, setting, option, option.help, None if is_required else default, is_required)


def add_restore_options(
    parser: CommandParser, steps: Mapping[str, StepDescription[StepConfig]], *, are_masks: bool
) -> None:
    """The settings of all steps that `restorer restore` takes under their own names.

    Args:
        parser: of the command.
        steps: by name, in order.
        are_masks: whether to add those of masks that somebody brings, or the others.
    """
    for step in steps.values():
        for field, setting, option in _restore_options_of(step):
            if (field == MASK) == are_masks:
                _add(parser, setting, option, option.restore_help, None, is_required=False)


def command_changes(
    step: StepDescription[StepConfig], command: StepCommand, options: argparse.Namespace
) -> dict[str, Any]:
    """New values by field, from the options of a step's own command, without masks.

    Raises:
        UsageProblem: a value cannot be understood.
    """
    changes: dict[str, Any] = {}
    for field, setting, option in _options_of(step, command):
        value = _value(options, option)
        if field == MASK:
            continue
        if setting.control is Control.NETWORK:
            value = _model_of(command.name, step.name, value)
        elif option.amount:
            changes |= _with_amount(command.name, field, option, value)
            continue
        changes[field] = value
    return changes


def restore_changes(
    step: StepDescription[StepConfig], options: argparse.Namespace
) -> dict[str, Any]:
    """New values by field, from what `restorer restore` was given under a setting's own name."""
    given = {
        field: _value(options, option)
        for field, _, option in _restore_options_of(step)
        if field != MASK
    }
    return {
        field: value
        for field, value in given.items()
        if value is not None and value is not False and value != ""
    }


def network_words(
    steps: Mapping[str, StepDescription[StepConfig]],
) -> dict[str, tuple[str, str, str]]:
    """Words that stand for a step in `--model STEP=NAME` where it has more than one network.

    Returns:
        By word: the step, the field, and what that network is for.
    """
    return {
        each.option.restore_word: (step.name, field, each.option.restore_help)
        for step in steps.values()
        for field, each in settings_of(step.config_type).items()
        if each.option is not None and each.option.restore_word
    }


def _options_of(
    step: StepDescription[StepConfig], command: StepCommand
) -> Iterator[tuple[str, Setting, Option]]:
    shown = settings_of(step.config_type)
    for field in command.settings or shown:
        option = shown[field].option
        if option is not None and option.help:
            yield field, shown[field], option


def _restore_options_of(
    step: StepDescription[StepConfig],
) -> Iterator[tuple[str, Setting, Option]]:
    for field, setting in settings_of(step.config_type).items():
        option = setting.option
        if option is not None and option.restore_help and not option.restore_word:
            yield field, setting, option


def _add(
    parser: CommandParser,
    setting: Setting,
    option: Option,
    text: str,
    default: Any,
    is_required: bool,
) -> None:
    kind: dict[str, Any]
    match setting.control:
        case Control.CHECK:
            parser.add_argument(option.name, action="store_true", help=text)
            return
        case Control.CHOICE | Control.SEGMENTS:
            kind = {"choices": [each.value for each in setting.choices]}
            default = None if default is None else str(default)
        case Control.SLIDER:
            kind = {"type": float}
        case Control.FILE:
            kind, default = {"type": path}, None
        case _:
            kind = {}
    if option.metavar:
        kind["metavar"] = option.metavar
    parser.add_argument(option.name, help=text, default=default, required=is_required, **kind)


def _value(options: argparse.Namespace, option: Option) -> Any:
    return getattr(options, option.name.lstrip("-").replace("-", "_"))


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


def _with_amount(command: str, field: str, option: Option, text: str) -> dict[str, Any]:
    """The two values in NAME=0.3; the second stays as it is where only NAME is given."""
    name, equals, share = text.partition("=")
    if not equals:
        return {field: name}
    try:
        return {field: name, option.amount: float(share)}
    except ValueError:
        raise UsageProblem(
            f"restorer {command}: {option.name} {text} has no number; write e.g. {name}=0.5."
        ) from None
