# SPDX-License-Identifier: Apache-2.0
"""What networks do. A step names the tasks that it needs done; each network does one.

Where a step needs one task only, the task bears the step's name.
"""

from __future__ import annotations

FIND_DAMAGE = "find damage"
FILL = "fill"
