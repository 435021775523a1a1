# SPDX-License-Identifier: Apache-2.0
"""Every job of the engine without a window: finds the command, and turns its end into a status.

Exit 0 done; 1 a photo failed (the others went on); 2 bad usage; 130 interrupted.
"""

from __future__ import annotations

import os
import sys

from restorer_app.arguments import UsageProblem
from restorer_app.command_line.commands import COMMANDS, help_text, parser_of, unknown_command
from restorer_app.command_line.console import complain, describe, print_traceback
from restorer_app.engine.core.errors import DeviceUnavailableError, InvalidPlanError
from restorer_app.engine.core.progress import Cancelled

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status; errors go to stderr, one line each.

    Args:
        arguments: the words after `restorer`.
    """
    try:
        return _dispatch(arguments)
    except SystemExit as end:  # argparse after --help
        return end.code if isinstance(end.code, int) else EXIT_DONE
    except (Cancelled, KeyboardInterrupt):
        complain("cancelled.")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has what it wanted (`restorer models | head`). Python would
        # complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except Exception as error:  # the last stop before the user
        if "--debug" in arguments:
            print_traceback(error)
        complain(describe(error))
        wrong_usage = (UsageProblem, InvalidPlanError, DeviceUnavailableError)
        return EXIT_USAGE if isinstance(error, wrong_usage) else EXIT_FAILED


def _dispatch(arguments: list[str]) -> int:
    command = arguments[0] if arguments else "--help"
    if command in ("-h", "--help"):
        print(help_text())
        return EXIT_DONE
    if command == "--version":
        print(f"restorer {_version()}")
        return EXIT_DONE
    if command not in COMMANDS:
        raise unknown_command(command)
    return COMMANDS[command].run(parser_of(command).parse(arguments[1:]))


def _version() -> str:
    # Here: it takes a third of the start of `restorer --help`.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("restorer")
    except PackageNotFoundError:  # a checkout that was never installed
        return "(not installed)"
