# SPDX-License-Identifier: Apache-2.0
"""How the words of a command line are understood; for `restorer` and `restorer-trainer` alike.

Light to import: the window's start comes through here, too.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from restorer_app.engine.core.spelling import nearest_name


class UsageProblem(Exception):  # noqa: N818 - argparse calls it an error, a person does not
    """The command cannot be understood; the message is one line and says what to write."""


class CommandParser(argparse.ArgumentParser):
    """argparse that answers in one line and knows the nearest spelling.

    Args:
        name: the program and its command, as they are typed.
        description: what the command does.
        epilog: the last line of its help, "" for none.
    """

    def __init__(self, name: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=name, description=description, epilog=epilog or None, allow_abbrev=False
        )

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing a usage text of ten lines."""
        raise UsageProblem(f"{self.prog}: {message}; see {self.prog} --help.")

    def parse(self, arguments: list[str]) -> argparse.Namespace:
        """Parse, with a suggestion where an option is misspelt.

        Raises:
            UsageProblem: what is wrong.
        """
        # Before argparse: it would first complain that something required is missing.
        for word in arguments:
            if word == "--":
                break
            option = word.partition("=")[0]
            if option.startswith("--") and option not in self._option_string_actions:
                self._unknown(option)
        parsed, rest = self.parse_known_args(arguments)
        if rest:
            self._unknown(rest[0])
        return parsed

    def _unknown(self, word: str) -> NoReturn:
        close = nearest(word, self._option_string_actions)
        advice = f"did you mean {close}?" if close else f"see {self.prog} --help."
        raise UsageProblem(f"{self.prog}: there is no option {word}; {advice}")


@dataclass(frozen=True)
class Command:
    """One command of a program.

    Attributes:
        name: as it is typed.
        description: what it does; a line of the program's help.
        add_options: declares what can be written after it. It must be light: all commands are
            known before the window opens.
        run: does it, and returns the exit status. It imports what it computes with.
        details: what its own help says beside the description.
    """

    name: str
    description: str
    add_options: Callable[[CommandParser], None]
    run: Callable[[argparse.Namespace], int]
    details: str = ""

    def parser(self, program: str, epilog: str = "") -> CommandParser:
        """What understands the words after the command of a program."""
        text = f"{self.description} {self.details}".strip()
        parser = CommandParser(f"{program} {self.name}", text, epilog)
        self.add_options(parser)
        return parser


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` is most likely meant to be, or None."""
    return nearest_name(word, known, likeness=0.6)


def command_lines(commands: Iterable[Command]) -> list[str]:
    """A line on each command, for a program's help."""
    return [f"  {each.name:<10} {each.description}" for each in commands]


def checked_action(options: argparse.Namespace, command: str, actions: Sequence[str]) -> str:
    """The word after a command that does several things; all but the first need a subject.

    Args:
        options: with `action` and `subject`.
        command: the program and its command, as they are typed.
        actions: those there are.

    Raises:
        UsageProblem: there is no such action, or its subject is missing.
    """
    action: str = options.action
    if action not in actions:
        close = nearest(action, actions) or ", ".join(actions)
        raise UsageProblem(f"{command}: there is no {action}; did you mean {close}?")
    if action != actions[0] and options.subject is None:
        raise UsageProblem(f"{command} {action}: which one? Write its name or file after it.")
    return action


def path(text: str) -> Path:
    """A path; an empty word, as from an unset variable in a script, would mean this folder."""
    if not text:
        raise argparse.ArgumentTypeError("the path is empty")
    return Path(text)
