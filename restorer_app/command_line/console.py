# SPDX-License-Identifier: Apache-2.0
"""What the command line prints: results to stdout, complaints and progress to stderr."""

from __future__ import annotations

import logging
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import TextIO

from restorer_app.arguments import UsageProblem
from restorer_app.engine.core.errors import ImageReadError, ImageWriteError, RestorerError
from restorer_app.engine.core.progress import CancelToken, Progress
from restorer_app.engine.files.atomic import describe_os_error

_STDERR = 2


def complain(message: str) -> None:
    """One line on stderr, whatever is in the message."""
    line = " ".join(message.split())
    print(line if line.startswith("restorer") else f"restorer: {line}", file=sys.stderr)


def describe(error: BaseException, source: Path | None = None, target: Path | None = None) -> str:
    """An error in one sentence that names the file, with its folder.

    Args:
        error: what was raised.
        source: the photo that was worked on.
        target: where its result would have gone.
    """
    if isinstance(error, RestorerError | UsageProblem):
        text = str(error)
    elif isinstance(error, MemoryError):
        text = "There is not enough free memory; close other programs or use a smaller photo."
    elif isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        text = f"{where}{describe_os_error(error)}."
    else:
        text = f"Unexpected {type(error).__name__}: {error}; --debug shows where."
    meant = target if isinstance(error, ImageWriteError) else source
    if meant is not None and isinstance(error, ImageReadError | ImageWriteError):
        text = text.replace(f"“{meant.name}”", str(meant), 1)
    if source is not None and str(source) not in text:
        text = f"{source}: {text}"
    return text


def print_traceback(error: BaseException) -> None:
    """The whole story on stderr, for --debug."""
    traceback.print_exception(error, file=sys.stderr)


def give_up_output(error: OSError | None) -> None:
    """Print to nowhere from now on, after one complaint.

    Args:
        error: why stdout cannot be written; None where whoever reads it has enough.
    """
    if error is not None:
        complain(f"What is printed cannot be written: {describe_os_error(error)}.")
    # Python would write once more what it could not, and complain, when it flushes at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def interruptible() -> Iterator[CancelToken]:
    """A token that the first Ctrl-C sets, so that work ends between tiles; the second one kills."""
    token = CancelToken()

    def cancel(_number: int, _frame: FrameType | None) -> None:
        token.cancel()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    try:
        previous = signal.signal(signal.SIGINT, cancel)
    except ValueError:  # not the main thread: whoever called us handles Ctrl-C
        yield token
        return
    try:
        yield token
    finally:
        signal.signal(signal.SIGINT, previous)


@contextmanager
def libraries_silenced() -> Iterator[None]:
    """Keep from the terminal what libraries print by themselves about the files they read.

    LibRaw, libtiff and libpng write to the process's stderr, past Python; what matters of it is in
    our own notes and complaints, which still come through.
    """
    try:
        terminal = os.dup(_STDERR)
    except OSError:  # a program without a terminal
        yield
        return
    ours = sys.stderr
    ours.flush()
    if _number_of(ours) == _STDERR:
        # Ours goes on to the terminal, by another number.
        sys.stderr = os.fdopen(
            os.dup(terminal), "w", buffering=1, encoding=ours.encoding, errors="backslashreplace"
        )
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STDERR)
    os.close(nowhere)
    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
        os.dup2(terminal, _STDERR)
        os.close(terminal)
        if sys.stderr is not ours:
            sys.stderr.close()
            sys.stderr = ours


def _number_of(stream: TextIO) -> int:
    """The stream's number in the process; -1 where it has none."""
    try:
        return stream.fileno()
    except (OSError, ValueError):
        return -1


class ConsoleProgress(Progress):
    """A bar on a terminal, nothing elsewhere (a log does not want a thousand lines).

    Args:
        title: what is before the bar; `begin` changes it.

    Attributes:
        is_output_lost: whether a line could not be printed.
    """

    def __init__(self, title: str) -> None:
        self._bar = None
        self._title = title
        self.is_output_lost = False
        if not sys.stderr.isatty():
            return
        # Here: 0.1 s that pipes need not pay.
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task(title, total=1.0)

    def __enter__(self) -> ConsoleProgress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def begin(self, title: str) -> None:
        """Name the photo that is worked on now."""
        self._title = title

    def update(self, fraction: float, message: str) -> None:
        """Move the bar."""
        if self._bar is not None:
            label = f"{self._title}  {message}".rstrip()
            self._bar.update(self._task, completed=fraction, description=label)

    def say(self, line: str) -> None:
        """Print a result on stdout without tearing the bar.

        Where it cannot be written this is complained of once: the work goes on.
        """
        try:
            self._say(line)
        except BrokenPipeError:
            raise
        except OSError as error:
            give_up_output(error)
            self.is_output_lost = True

    def _say(self, line: str) -> None:
        if self._bar is not None and sys.stdout.isatty():
            self._bar.console.out(line, highlight=False)
        else:
            print(line, flush=True)
