# SPDX-License-Identifier: Apache-2.0
"""Cancel is answered while a codec or a disk still works; what it began leaves nothing behind."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from toy_steps import ToyStep, inverted

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.progress import Cancelled, CancelToken, NoProgress
from restorer_app.engine.files import read, write
from restorer_app.engine.files.write import WriteOptions, write_photo
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.workers.engine_state import EngineState
from restorer_app.workers.job import JobContext
from restorer_app.workers.jobs.exporting import ExportResult
from restorer_app.workers.jobs.opening import OpenPhoto

PHOTO = Photo(np.full((20, 30, 3), 50, np.uint8))


class Stubborn:
    """Cancels the token and then works until the test lets it end."""

    def __init__(self, original):
        self.original = original
        self.token = CancelToken()
        self.may_end = threading.Event()
        self.has_ended = threading.Event()

    def __call__(self, *args, **kwargs):
        self.token.cancel()
        self.may_end.wait(60)
        try:
            return self.original(*args, **kwargs)
        finally:
            self.has_ended.set()

    def context(self):
        return JobContext(EngineState(), NoProgress(), self.token)


@pytest.mark.timeout(90)
def test_an_export_is_abandoned_and_its_file_never_appears(tmp_path, monkeypatch):
    stubborn = Stubborn(write._prepared)
    monkeypatch.setattr(write, "_prepared", stubborn)
    done = restore(PHOTO, RestorePlan(), session=Session("cpu"), steps=(ToyStep("tone", inverted),))
    job = ExportResult(done, RestorePlan(), tmp_path / "a.png", WriteOptions())
    with pytest.raises(Cancelled):
        job.run(stubborn.context())
    assert not stubborn.has_ended.is_set()
    stubborn.may_end.set()
    assert stubborn.has_ended.wait(60)
    for thread in threading.enumerate():
        if thread.name == "abandonable":
            thread.join(60)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.timeout(90)
def test_a_disk_that_does_not_answer_is_not_waited_for(tmp_path, monkeypatch):
    write_photo(PHOTO, tmp_path / "a.png")
    stubborn = Stubborn(read.recognise)
    monkeypatch.setattr(read, "recognise", stubborn)
    with pytest.raises(Cancelled):
        OpenPhoto(tmp_path / "a.png", 400, lambda *_: None).run(stubborn.context())
    assert not stubborn.has_ended.is_set()
    stubborn.may_end.set()


def test_a_cancelled_write_leaves_the_old_file(tmp_path):
    write_photo(PHOTO, tmp_path / "a.png")
    before = (tmp_path / "a.png").read_bytes()
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        write_photo(PHOTO, tmp_path / "a.png", overwrite=True, cancel=token)
    assert [each.name for each in tmp_path.iterdir()] == ["a.png"]
    assert (tmp_path / "a.png").read_bytes() == before
