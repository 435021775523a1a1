# SPDX-License-Identifier: Apache-2.0
"""What a step did, in the words of the window: in short, and with what stands behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale

from restorer_app.ui.appearance.translations import tr
from restorer_app.ui.appearance.words import message_details, message_text, model_title

if TYPE_CHECKING:
    from restorer_app.engine.pipeline.report import StepReport


def in_short(step: StepReport) -> str:
    """What was found and done, and each thing that was not done as asked, a line each."""
    return "\n".join(message_text(each) for each in (step.reason, *step.fallbacks))


def in_detail(step: StepReport) -> str:
    """Numbers, remarks, network and time, a line each; "" of a step that nobody asked for."""
    if step.is_off:
        return ""
    lines = [message_details(each) for each in (step.reason, *step.fallbacks)]
    for note in step.notes:
        lines += [message_text(note), message_details(note)]
    return "\n".join(line for line in (*lines, _computing(step)) if line)


def _computing(step: StepReport) -> str:
    """What it was computed with, on what, and how long that took."""
    model, seconds = model_title(step.model), QLocale().toString(step.seconds, "f", 1)
    if not step.ran:
        return tr("{0}, {1} s").format(model, seconds)
    text = tr("{0}, {1} s on {2}, strength {3} %").format(
        model, seconds, step.device or "cpu", round(100 * step.strength)
    )
    return text + tr("; kept from an earlier restore") if step.from_cache else text
