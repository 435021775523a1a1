# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import threading

import pytest

from restorer_app.engine.core.parallel import abandonable, in_threads
from restorer_app.engine.core.progress import Cancelled, CancelToken


def test_results_come_in_order():
    assert in_threads(lambda number: number * number, range(9)) == [n * n for n in range(9)]


def test_what_it_returns_and_raises_is_passed_on():
    def fail():
        raise KeyError("it")

    assert abandonable(lambda: 7, CancelToken()) == 7
    with pytest.raises(KeyError, match="it"):
        abandonable(fail, CancelToken())


def test_nothing_is_begun_after_cancel():
    token, begun = CancelToken(), []
    token.cancel()
    with pytest.raises(Cancelled):
        abandonable(lambda: begun.append(1), token)
    assert begun == []


@pytest.mark.timeout(60)
def test_what_cannot_look_at_a_token_is_left_alone():
    """The answer comes while the work still runs: it ends only after the test let it."""
    token, may_end, has_ended = CancelToken(), threading.Event(), threading.Event()

    def stubborn():
        token.cancel()
        may_end.wait()
        has_ended.set()

    with pytest.raises(Cancelled):
        abandonable(stubborn, token)
    assert not has_ended.is_set()
    may_end.set()
    assert has_ended.wait(30)
