# SPDX-License-Identifier: Apache-2.0
"""What tests of whole fine-tuning runs share: tiny resources, quick settings, a listener."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

from toy_network import ship_network

from restorer_app.paths import resources_folder
from trainer.fine_tuning.run.control import RunControl
from trainer.fine_tuning.run.events import EventWriter, encode_event

FAST = {
    "data.crop_px": 32,
    "data.batch": 4,
    "optimizer.learning_rate": 5e-3,
    "ema.decay": 0.5,
    "schedule.warmup_steps": 0,
    "validation.crop_px": 64,
}
SAMPLES = resources_folder() / "samples"


def write_tiny_resources(folder: Path) -> Path:
    """Samples, and `toy`, the default of the denoise step; returns the folder."""
    shutil.copytree(SAMPLES, folder / "samples")
    ship_network(folder / "models", seed=5, data="nothing")
    return folder


class Recorder(EventWriter):
    """Keeps events, and gives a command when the first of a kind comes.

    Args:
        control: what the command is given to.
        commands: the word by the kind of event.
    """

    def __init__(self, control: RunControl | None = None, **commands: str) -> None:
        super().__init__(io.StringIO())
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self._control, self._commands = control, commands

    def write(self, event: str, **values: Any) -> None:
        json.loads(encode_event(event, **values))
        self.seen.append((event, values))
        word = self._commands.pop(event, None)
        if word and self._control:
            self._control.obey(word)

    def of(self, event: str) -> list[dict[str, Any]]:
        return [values for name, values in self.seen if name == event]
