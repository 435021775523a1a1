# SPDX-License-Identifier: Apache-2.0
"""The commands of `restorer`, in the order of its help. Nothing else lists them."""

from __future__ import annotations

from pathlib import Path

from restorer_app.arguments import Command, CommandParser, UsageProblem, command_lines, nearest
from restorer_app.command_line.bench import BENCH
from restorer_app.command_line.fine_tune import FINE_TUNE
from restorer_app.command_line.models import MODELS
from restorer_app.command_line.photos.restore import RESTORE, waiting_sentence
from restorer_app.command_line.photos.single_step import single_step_commands
from restorer_app.command_line.styles import STYLES
from restorer_app.engine.steps.catalogue import WAITING

PROGRAM = "restorer"
EXIT_STATUSES = (
    "Exit status: 0 done; 1 a photo failed, the others went on; 2 wrong usage; 130 interrupted."
)
COMMANDS: dict[str, Command] = {
    each.name: each for each in (RESTORE, *single_step_commands(), STYLES, FINE_TUNE, MODELS, BENCH)
}

_GENERAL = ("--help", "--version")


def parser_of(command: str) -> CommandParser:
    """What understands the words after a command."""
    return COMMANDS[command].parser(PROGRAM, EXIT_STATUSES)


def is_for_window(arguments: list[str]) -> bool:
    """Whether these arguments open the window: none, a photo, or options of Qt.

    A first word that is no file but nearly a command is a misspelt command.
    """
    if not arguments:
        return True
    first = arguments[0]
    if first in COMMANDS or first in WAITING or first.startswith("--") or first == "-h":
        return False  # Qt's own options, which the window takes, have one dash
    if first.startswith("-") or Path(first).exists():
        return True
    return bool(Path(first).suffix) or Path(first).name != first


def unknown_command(word: str) -> UsageProblem:
    """The complaint about a first word that is neither a command nor a file."""
    if word in WAITING:
        return UsageProblem(f"{PROGRAM}: {waiting_sentence(word)}")
    close = nearest(word, [*COMMANDS, *WAITING, *_GENERAL])
    if word.startswith("-"):
        advice = f"did you mean {close}?" if close else "see restorer --help."
        return UsageProblem(f"{PROGRAM}: there is no option {word}; {advice}")
    advice = f"did you mean {close}?" if close else f"there are: {', '.join(COMMANDS)}."
    return UsageProblem(f"{PROGRAM}: there is no command and no file called {word}; {advice}")


def help_text() -> str:
    """All commands, one line each."""
    lines = [
        "restorer [PHOTO]            the window",
        "restorer COMMAND --help     more about it",
        "restorer --version",
        "",
        *command_lines(COMMANDS.values()),
        "",
        f"Not in this version yet: {', '.join(WAITING)}.",
        EXIT_STATUSES,
    ]
    return "\n".join(lines)
