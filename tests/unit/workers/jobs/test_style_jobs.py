# SPDX-License-Identifier: Apache-2.0
"""Learning a style as the window asks for it: with a real network, a real trainer, any photo."""

from __future__ import annotations

import numpy as np
import pytest
from noted_progress import NotedProgress
from style_program import STYLES, made_picture, style_session

from restorer_app.engine.core.errors import RestorerError
from restorer_app.engine.core.pixels import to_integer
from restorer_app.engine.core.progress import Cancelled, CancelToken
from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.engine.models.session import Session
from restorer_app.engine.steps.style import rendering
from restorer_app.workers.job import JobContext
from restorer_app.workers.jobs.styles import FitStyle

ONE_STEP = 1e-6
"""Minutes that are over after the first step."""


class Engine:
    """Gives the session that it was made with, whatever the device."""

    def __init__(self, session):
        self._session = session

    def session(self, _device):
        return self._session


@pytest.fixture
def session(tmp_path):
    return style_session(tmp_path)


def _fit(photo, shown):
    picture = made_picture(96, 128, seed=5)
    return FitStyle("Mine", picture, (photo,), "cpu", np.copy, shown.append, ONE_STEP)


def test_a_style_is_learned_and_previewed_on_a_photo_of_any_size(session, monkeypatch):
    monkeypatch.setattr(rendering, "LEAST_PAINTED_PIXELS", 10_000)
    photo = to_integer(made_picture(101, 83), np.uint8)
    shown, progress = [], NotedProgress()
    fitted = _fit(photo, shown).run(JobContext(Engine(session), progress, CancelToken()))
    choice = session.choose("style", "auto")
    table = session.network(choice).module.vectors
    assert table.shape == (len(STYLES), *fitted.vector.shape)
    assert fitted.vector.dtype == np.float32
    assert np.isfinite(fitted.vector).all()
    assert (fitted.title, fitted.network_sha256) == ("Mine", choice.sha256)
    assert [view.shape for view in shown] == [photo.shape]
    assert shown[0].dtype == np.uint8
    assert not np.array_equal(shown[0], photo)
    assert progress.fractions[-1] == 1


def test_learning_is_cancelled_before_the_first_step(session):
    token = CancelToken()
    token.cancel()
    photo, shown = to_integer(made_picture(96, 96), np.uint8), []
    with pytest.raises(Cancelled):
        _fit(photo, shown).run(JobContext(Engine(session), NotedProgress(), token))
    assert shown == []


def test_without_a_network_it_says_what_to_do(tmp_path):
    empty = Session("cpu", Catalogue(tmp_path / "none", tmp_path / "none either"))
    photo = to_integer(made_picture(96, 96), np.uint8)
    with pytest.raises(RestorerError, match="Restoration, Networks"):
        _fit(photo, []).run(JobContext(Engine(empty), NotedProgress(), CancelToken()))
