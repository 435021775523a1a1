# SPDX-License-Identifier: Apache-2.0
"""How the window starts a run in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path


def child_command(job_file: Path, *, resume: bool = False, estimate: bool = False) -> list[str]:
    """Program and arguments that run a job and speak `events`.

    In a frozen program `sys.executable` is the program itself and takes the same words.

    Args:
        job_file: what `FineTuneJob.save` returned.
        resume: go on from the job's last checkpoint.
        estimate: only say how long it would take.
    """
    program = [sys.executable] if getattr(sys, "frozen", False) else [
        sys.executable, "-m", "restorer_app",
    ]  # fmt: skip
    words = ["fine-tune", "--job", str(job_file), "--events"]
    more = (["--resume"] if resume else []) + (["--estimate"] if estimate else [])
    return [*program, *words, *more]
