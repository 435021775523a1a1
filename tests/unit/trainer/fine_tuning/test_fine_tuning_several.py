# SPDX-License-Identifier: Apache-2.0
"""What the children of a run with several devices tell, and how their failure is told."""

from __future__ import annotations

import errno
import io
from typing import Any

import pytest
from torch.multiprocessing.spawn import ProcessRaisedException

from restorer_app.engine.core.errors import TrainingDivergedError
from restorer_app.engine.core.progress import Cancelled
from trainer.fine_tuning.run import learning
from trainer.fine_tuning.run.events import EventWriter
from trainer.loop.processes import is_main_process, machines, processes_here, started_by_torchrun


class Told(EventWriter):
    """Keeps events."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.seen: list[tuple[str, dict[str, Any]]] = []

    def write(self, event: str, **values: Any) -> None:
        self.seen.append((event, values))


class FailingLaunch:
    """Fabric, as far as it is used: the child says something and dies."""

    def __init__(self, error: Exception | None) -> None:
        self._error = error

    def launch(self, entry: Any) -> dict[str, Any]:
        sender = entry.keywords["sender"]
        learning._SentEvents(sender).write("step", step=3)
        if self._error is not None:
            sender.send(self._error)
        raise ProcessRaisedException("a long traceback", 0, 1)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device", "last.ckpt"),
        TrainingDivergedError("Training 'x' diverged."),
        Cancelled(),
    ],
)
def test_what_ended_a_child_is_raised_here(error, tmp_path) -> None:
    events = Told()
    with pytest.raises(type(error)) as raised:
        learning.learn_in_processes(FailingLaunch(error), None, tmp_path, events)
    assert str(raised.value) == str(error)
    assert events.seen == [("step", {"step": 3})]


def test_a_child_that_dies_without_a_word_is_told_too(tmp_path) -> None:
    with pytest.raises(ProcessRaisedException):
        learning.learn_in_processes(FailingLaunch(None), None, tmp_path, Told())


def test_torchruns_words_are_understood(monkeypatch) -> None:
    for name in ("TORCHELASTIC_RUN_ID", "RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)
    assert is_main_process()
    assert not started_by_torchrun()
    told = {"TORCHELASTIC_RUN_ID": "x", "RANK": "3", "WORLD_SIZE": "6", "LOCAL_WORLD_SIZE": "2"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert (started_by_torchrun(), is_main_process()) == (True, False)
    assert (processes_here(), machines()) == (2, 3)
