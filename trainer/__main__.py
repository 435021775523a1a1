# SPDX-License-Identifier: Apache-2.0
"""The program `restorer-trainer`: finds the command, and turns its end into a status."""

from __future__ import annotations

import os
import sys

from restorer_app.arguments import Command, UsageProblem, command_lines, nearest
from restorer_app.engine.core.errors import RestorerError
from trainer.command_line.evaluate import EVALUATE
from trainer.command_line.export import EXPORT
from trainer.command_line.fit import FIT
from trainer.command_line.preview import PREVIEW

PROGRAM = "restorer-trainer"
COMMANDS: dict[str, Command] = {each.name: each for each in (FIT, EVALUATE, EXPORT, PREVIEW)}
EXIT_DONE, EXIT_FAILED, EXIT_USAGE = 0, 1, 2


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status; errors are one line on stderr.

    Args:
        arguments: the words after `restorer-trainer`.
    """
    if not arguments or arguments[0] in ("-h", "--help"):
        print(help_text())
        return EXIT_DONE if arguments else EXIT_USAGE
    try:
        return _dispatch(arguments)
    except SystemExit as end:  # argparse after --help
        return end.code if isinstance(end.code, int) else EXIT_DONE
    except KeyboardInterrupt:
        print("Aborted.", file=sys.stderr)
        return EXIT_FAILED
    except BrokenPipeError:
        # Whoever read our output has what it wanted; Python would complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except (RestorerError, UsageProblem) as error:
        print(error, file=sys.stderr)
        return EXIT_USAGE if isinstance(error, UsageProblem) else EXIT_FAILED


def help_text() -> str:
    """All commands, one line each."""
    lines = [f"usage: {PROGRAM} COMMAND ...", "", "Train Restorer's networks.", ""]
    lines += command_lines(COMMANDS.values())
    return "\n".join([*lines, "", f"{PROGRAM} COMMAND --help says more about it."])


def _dispatch(arguments: list[str]) -> int:
    word = arguments[0]
    if word not in COMMANDS:
        kind = "option" if word.startswith("-") else "command"
        close = nearest(word, [*COMMANDS, "--help"])
        advice = f"did you mean {close}?" if close else f"there are: {', '.join(COMMANDS)}."
        raise UsageProblem(f"{PROGRAM}: there is no {kind} {word}; {advice}")
    command = COMMANDS[word]
    return command.run(command.parser(PROGRAM).parse(arguments[1:]))


def main() -> None:
    """Run the program with `sys.argv` and end with its status."""
    raise SystemExit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
