# SPDX-License-Identifier: Apache-2.0
"""Reads files that its parent names, one a line, and answers what happened to each."""

from __future__ import annotations

import json
import sys
import traceback
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 4 << 30
"""Of memory that a file may take, besides the program itself."""


def main() -> None:
    """Answer until the parent closes the pipe."""
    from kinds import KINDS

    warnings.simplefilter("ignore")
    by_name = {kind.name: kind for kind in KINDS}
    answers = sys.stdout
    sys.stdout = sys.stderr  # what is printed along the way is no answer
    for line in sys.stdin:
        task = json.loads(line)
        limit_memory()
        answers.write(json.dumps(outcome(by_name[task["kind"]].read, Path(task["path"]))) + "\n")
        answers.flush()


def limit_memory() -> None:
    """Let the process grow by no more than `MOST_BYTES` from here, where the system can."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + MOST_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
    except (ImportError, OSError, ValueError):
        pass


def outcome(read, path: Path) -> dict[str, str]:
    """What happened: "fine", "refused", "memory" or "foreign", with a word on where."""
    from restorer_app.engine.core.errors import RestorerError

    try:
        read(path)
    except RestorerError as error:
        text = str(error)
        if "not enough memory" in text:
            return {"outcome": "memory", "detail": text}
        if not text or "\n" in text:
            return {"outcome": "foreign", "detail": f"no sentence: {text[:200]!r}"}
        return {"outcome": "refused", "detail": ""}
    except MemoryError as error:
        return {"outcome": "memory", "detail": place(error)}
    except Exception as error:
        return {"outcome": "foreign", "detail": f"{type(error).__name__} in {place(error)}"}
    return {"outcome": "fine", "detail": ""}


def place(error: BaseException) -> str:
    """The last line of the program itself that the error passed through."""
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if str(ROOT) in frame.filename and "fuzz" not in frame.filename
    ]
    return f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else "a library"


if __name__ == "__main__":
    main()
