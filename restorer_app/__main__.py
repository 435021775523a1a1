# SPDX-License-Identifier: Apache-2.0
"""The program's start: the window without a command, the command line with one."""

from __future__ import annotations

import multiprocessing
import os
import sys


def main() -> int:
    """Run the program with `sys.argv`; returns its exit status."""
    # First of all: a frozen program starts itself for each child process, and without this line
    # every child would open a window that starts children.
    multiprocessing.freeze_support()
    give_missing_streams()
    os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")  # torch reads it when it is loaded

    from restorer_app.command_line.commands import is_for_window  # streams come first

    arguments = sys.argv[1:]
    if not is_for_window(arguments):
        from restorer_app.command_line.main import run  # the window does not need it

        return run(arguments)
    if sys.platform == "win32" and getattr(sys, "frozen", False):
        # With torch 2.9 and newer its c10.dll fails to initialise (WinError 1114) once Qt's
        # libraries are in the process; the other order works. Elsewhere the window is first.
        import torch  # noqa: F401
    return _open_window()


def _open_window() -> int:
    """Run the window; returns 1 with a sentence on stderr where Qt cannot start on this system."""
    from restorer_app.command_line.console import complain  # streams come first
    from restorer_app.ui.shell.system_libraries import (  # only for the window
        import_problem,
        platform_problem,
    )

    try:
        from restorer_app.ui.shell.application import main, platform_plugins
    except ImportError as error:
        problem = import_problem(error)
        if problem is None:
            raise
        complain(problem)
        return 1
    if sys.platform == "linux":
        problem = platform_problem(sys.argv[1:], os.environ, platform_plugins())
        if problem is not None:
            complain(problem)
            return 1
    return main(sys.argv)


def give_missing_streams() -> None:
    """A windowed program on Windows has no stdout and stderr; what is printed goes to a file."""
    if sys.stdout is not None and sys.stderr is not None:
        for stream in (sys.stdout, sys.stderr):
            # A file's name that the console's code page lacks must not end the program.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        return
    from restorer_app.paths import log_file

    path = log_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        log = path.open("a", encoding="utf-8", buffering=1)
    except OSError:
        log = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - lives as long as we
    sys.stdout = sys.stdout or log
    sys.stderr = sys.stderr or log


if __name__ == "__main__":
    sys.exit(main())
