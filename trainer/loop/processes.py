# SPDX-License-Identifier: Apache-2.0
"""Which of a run's processes this one is, where torchrun started them."""

from __future__ import annotations

import os


def started_by_torchrun() -> bool:
    """Whether torchrun started this process and others like it, here or on several machines."""
    return "TORCHELASTIC_RUN_ID" in os.environ


def is_main_process() -> bool:
    """Whether this process speaks and writes for all of them; true where there is only one."""
    return not started_by_torchrun() or os.environ.get("RANK", "0") == "0"


def processes_here() -> int:
    """How many of torchrun's processes run on this machine."""
    return int(os.environ.get("LOCAL_WORLD_SIZE", "1"))


def machines() -> int:
    """On how many machines torchrun's processes run."""
    return max(1, int(os.environ.get("WORLD_SIZE", "1")) // processes_here())
