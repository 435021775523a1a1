# SPDX-License-Identifier: Apache-2.0
"""What networks do. A step names the tasks that it needs done; each network does one.

Where a step needs one task only, the task bears the step's name.
"""

from __future__ import annotations

FIND_DAMAGE = "find damage"
FILL = "fill"

_TASKS_OF_FILES = {("damage", "inpainting_unet"): FILL, ("damage", ""): FIND_DAMAGE}
"""By the step that a network's file or card names, and by its architecture ("" is any other). Files
of version 0.1 name no task, and none is needed where a step has only one."""


def task_of_file(step: str, architecture: str) -> str:
    """The task of a network whose file or card names only its step."""
    for key in ((step, architecture), (step, "")):
        if key in _TASKS_OF_FILES:
            return _TASKS_OF_FILES[key]
    return step


def step_in_files(task: str) -> str:
    """The step that files and cards name for networks of a task."""
    known = {found: step for (step, _), found in _TASKS_OF_FILES.items()}
    return known.get(task, task)
