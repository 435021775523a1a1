# SPDX-License-Identifier: Apache-2.0
"""Which step a mask is for that somebody brings."""

from __future__ import annotations

from pathlib import Path

from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.catalogue import STEPS
from restorer_app.engine.steps.config import Switch
from restorer_app.engine.steps.description import MASK


def with_mask(plan: RestorePlan, mask: Path | None) -> RestorePlan:
    """The plan with a mask of somebody's; giving one switches its step on.

    It is for the first step that takes one, and where only one step runs, for that.
    """
    if mask is None:
        return plan
    takers = [each.name for each in STEPS if each.takes_mask]
    alone = (name for name in takers if plan == plan.with_only([name]))
    step = next(alone, takers[0])
    return plan.with_step(step, **{MASK: str(mask)}, switch=Switch.ON)
