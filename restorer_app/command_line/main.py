# SPDX-License-Identifier: Apache-2.0
"""Every job of the engine without a window: finds the command, and turns its end into a status.

Exit 0 done; 1 a photo failed (the others went on); 2 bad usage; 130 interrupted.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from restorer_app.arguments import UsageProblem
from restorer_app.command_line.commands import COMMANDS, help_text, parser_of, unknown_command
from restorer_app.command_line.console import (
    complain,
    describe,
    give_up_output,
    print_traceback,
)
from restorer_app.engine.core.errors import DeviceUnavailableError, InvalidPlanError
from restorer_app.engine.core.progress import Cancelled

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status; errors go to stderr, one line each.

    Args:
        arguments: the words after `restorer`.
    """
    try:
        status = _dispatch(arguments)
    except SystemExit as end:  # argparse after --help
        status = end.code if isinstance(end.code, int) else EXIT_DONE
    except (Cancelled, KeyboardInterrupt):
        complain("cancelled.")
        status = EXIT_INTERRUPTED
    except BrokenPipeError:
        status = EXIT_DONE
    except Exception as error:  # the last stop before the user
        if isinstance(error, OSError) and _is_of_print(error):
            give_up_output(error)
            status = EXIT_FAILED
        else:
            if "--debug" in arguments:
                print_traceback(error)
            complain(describe(error))
            wrong_usage = (UsageProblem, InvalidPlanError, DeviceUnavailableError)
            status = EXIT_USAGE if isinstance(error, wrong_usage) else EXIT_FAILED
    return _finish_output(status)


def _is_of_print(error: OSError) -> bool:
    """Whether `print` failed: files are named, and this room writes none by itself."""
    innermost = traceback.extract_tb(error.__traceback__)[-1].filename
    return error.filename is None and Path(innermost).is_relative_to(Path(__file__).parent)


def _finish_output(status: int) -> int:
    """Write what is still to be printed; returns the exit status."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has what it wanted (`restorer models | head`).
        give_up_output(None)
        return status
    except OSError as error:
        give_up_output(error)
        return status or EXIT_FAILED
    return status


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
