# SPDX-License-Identifier: Apache-2.0
"""Operations on a whole mask, computed elsewhere: what is done meanwhile keeps its place."""

import gc
import random
import weakref

import numpy as np
import pytest
from allocation import with_peak_bytes
from mask_window import at, coverage
from patience import WAIT_MS
from pointer import drag
from PySide6.QtGui import QUndoStack

from restorer_app.engine.core.progress import Cancelled, CancelToken
from restorer_app.engine.painting.layers import grown
from restorer_app.engine.painting.strokes import Dab
from restorer_app.ui.document.mask import document as mask_document
from restorer_app.ui.document.mask.document import MaskDocument
from restorer_app.ui.document.mask.line import EXCHANGED
from restorer_app.ui.document.mask.source import Found
from restorer_app.ui.document.mask.whole import WholeKind, WholeOrder, WholeWork
from restorer_app.ui.mask.worker import MaskWorker
from restorer_app.workers.engine_controller import EngineController

HEIGHT, WIDTH = 300, 420


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch):
    monkeypatch.setattr(mask_document, "AT_ONCE_PIXELS", 0)


class Desk:
    """A mask whose work lies on a desk until `deliver`."""

    def __init__(self, *, delivers_at_once=False, size=(HEIGHT, WIDTH)):
        self.stack = QUndoStack()
        self.mask = MaskDocument(self.stack)
        self.mask.works_elsewhere = True
        self.mask.set_size(*size, 0.5)
        self.posted, self.withdrawn = [], []
        self.mask.work_posted.connect(self._on_posted)
        self.mask.work_withdrawn.connect(self.withdrawn.append)
        self._delivers_at_once = delivers_at_once

    @property
    def coverage(self):
        return self.mask.source.layers.coverage()

    def stroke(self, x, y, *, is_repair=True):
        self.begin(is_repair=is_repair)(x, y)
        self.mask.end_stroke("stroke")

    def begin(self, *, is_repair=True):
        stroke = self.mask.begin_stroke(is_repair=is_repair)
        return lambda x, y: self.mask.show_painted(
            stroke.add_capsule(Dab(x, y, 9.0), Dab(x + 60, y + 20, 5.0), 0.7)
        )

    def deliver(self):
        while self.posted:
            work = self.posted.pop(0)
            self.mask.take_whole(work, work.run(CancelToken()))

    def _on_posted(self, work):
        self.posted.append(work)
        if self._delivers_at_once:
            self.deliver()


@pytest.fixture
def desk(qapp):
    desk = Desk()
    desk.stroke(100, 100)
    return desk


def found(seed):
    probability = np.zeros((HEIGHT, WIDTH), np.uint8)
    rows = 20 * (seed % 12)
    probability[rows : rows + 4, 30:300] = 230
    return Found.of(probability)


class TestExchange:
    def test_undo_and_redo_exchange_the_very_arrays(self, desk):
        before, layer = desk.coverage, desk.mask.source.layers.painted
        revision = desk.mask.revision
        desk.mask.invert()
        assert np.array_equal(desk.coverage, before)
        assert (desk.mask.revision, desk.mask.is_waiting) == (revision, True)
        assert desk.stack.undoText() == "Invert mask"
        desk.deliver()
        turned = desk.mask.source.layers.painted
        assert np.abs(desk.coverage.astype(int) - (255 - before.astype(int))).max() <= 2
        assert not desk.mask.is_waiting
        desk.stack.undo()
        assert np.shares_memory(desk.mask.source.layers.painted, layer)
        assert (np.array_equal(desk.coverage, before), desk.mask.revision) == (True, revision)
        desk.stack.redo()
        assert np.shares_memory(desk.mask.source.layers.painted, turned)
        assert not desk.posted

    def test_levels_fit_the_layer_after_every_step(self, desk):
        desk.mask.grow(1)
        desk.deliver()
        desk.stroke(40, 200)
        for step in (desk.stack.undo, desk.stack.undo, desk.stack.redo, desk.stack.redo):
            step()
            source = desk.mask.source
            levels = source.content.painted.levels
            fresh = type(source).build(source.layers).content.painted.levels
            assert len(levels) == len(fresh) > 1
            assert all(np.array_equal(*pair) for pair in zip(levels, fresh, strict=True))

    def test_old_arrays_are_let_go_and_their_undo_still_fits(self, desk):
        seen, layers = [desk.coverage], []
        for _ in range(EXCHANGED + 3):
            layers.append(weakref.ref(desk.mask.source.content.painted))
            desk.mask.grow(1)
            desk.deliver()
            seen.append(desk.coverage)
        gc.collect()
        assert [each() is None for each in layers] == [True] * 3 + [False] * EXCHANGED
        for _ in range(2):
            for expected in seen[-2::-1]:
                desk.stack.undo()
                assert np.array_equal(desk.coverage, expected)
            for expected in seen[1:]:
                desk.stack.redo()
                assert np.array_equal(desk.coverage, expected)

    def test_the_windows_thread_hardly_works_for_25_megapixels(self, qapp):
        desk = Desk(size=(5000, 5000))
        desk.stroke(2000, 2000)
        _, order = with_peak_bytes(desk.mask.invert)
        work = desk.posted.pop()
        result = work.run(CancelToken())
        _, take = with_peak_bytes(lambda: desk.mask.take_whole(work, result))
        _, undo = with_peak_bytes(desk.stack.undo)
        _, redo = with_peak_bytes(desk.stack.redo)
        # A pass over the mask would allocate 25 MB.
        assert max(order, take, undo, redo) < 1_000_000, (order, take, undo, redo)


class TestMeanwhile:
    def test_a_stroke_after_clear_stays(self, desk):
        desk.mask.clear()
        desk.stroke(200, 200)
        assert desk.stack.count() == 3
        assert desk.coverage[105, 120] == 255
        assert desk.coverage[205, 220] == 0
        desk.deliver()
        assert desk.coverage[105, 120] == 0
        assert desk.coverage[205, 220] == 255
        desk.stack.undo()
        assert not desk.coverage.any()
        desk.stack.undo()
        assert desk.coverage[105, 120] == 255

    def test_a_stroke_in_the_hand_goes_on_where_the_result_comes(self, desk):
        desk.mask.clear()
        move = desk.begin()
        move(40, 40)
        assert desk.coverage[45, 50] == 0
        desk.deliver()
        assert desk.coverage[45, 50] == 255
        move(200, 200)
        assert desk.coverage[205, 220] == 255
        desk.mask.end_stroke("stroke")
        assert desk.coverage[105, 120] == 0
        desk.stack.undo()
        assert not desk.coverage.any()

    def test_an_order_in_mid_stroke_waits_for_its_end(self, desk):
        move = desk.begin()
        desk.mask.invert()
        move(200, 200)
        assert not desk.posted
        desk.mask.end_stroke("stroke")
        desk.deliver()
        assert desk.coverage[205, 220] == 0
        assert desk.coverage[0, 0] == 255
        assert desk.stack.undoText() == "Invert mask"

    def test_undo_before_it_came_withdraws_it_and_redo_asks_again(self, desk):
        before = desk.coverage
        desk.mask.invert()
        (work,) = desk.posted
        desk.stack.undo()
        assert desk.withdrawn == [work]
        assert not desk.mask.is_waiting
        desk.deliver()
        assert np.array_equal(desk.coverage, before)
        desk.stack.redo()
        assert desk.mask.is_waiting
        desk.deliver()
        assert desk.coverage[0, 0] == 255

    def test_what_fails_changes_nothing_and_the_line_goes_on(self, desk):
        desk.mask.invert()
        desk.stroke(200, 200)
        desk.mask.take_whole(desk.posted.pop(), None)
        assert desk.coverage[105, 120] == desk.coverage[205, 220] == 255
        assert desk.coverage[0, 0] == 0
        desk.stack.undo()
        desk.stack.undo()
        assert desk.coverage[105, 120] == 255

    def test_another_photo_forgets_the_line(self, desk):
        asked = []
        desk.mask.invert()
        desk.mask.when_settled(lambda: asked.append("restore"))
        desk.mask.set_size(50, 60, 0.5)
        desk.deliver()
        assert len(desk.withdrawn) == 1
        assert desk.coverage.shape == (50, 60)
        assert not desk.coverage.any()
        assert (asked, desk.mask.is_waiting) == ([], False)

    @pytest.mark.parametrize("seed", range(12))
    def test_late_results_end_as_prompt_ones(self, qapp, seed, monkeypatch):
        monkeypatch.setattr("restorer_app.ui.document.mask.line.EXCHANGED", 1 + seed % 3)
        draw = random.Random(seed)
        prompt, late = Desk(delivers_at_once=True), Desk()
        for step in range(30):
            x, y, is_repair = draw.randrange(WIDTH), draw.randrange(HEIGHT), draw.random() < 0.7
            do = draw.choice(
                [
                    lambda desk, *at: desk.stroke(*at[:2], is_repair=at[2]),
                    lambda desk, *_: desk.mask.invert(),
                    lambda desk, *_: desk.mask.grow(1),
                    lambda desk, *_: desk.mask.grow(-1),
                    lambda desk, *_: desk.mask.clear(),
                    lambda desk, *_, seed=step: desk.mask.set_found(found(seed)),
                    lambda desk, *_: desk.stack.undo(),
                    lambda desk, *_: desk.stack.undo(),
                    lambda desk, *_: desk.stack.redo(),
                ]
            )
            count, index = prompt.stack.count(), prompt.stack.index()
            do(prompt, x, y, is_repair)
            if (prompt.stack.count(), prompt.stack.index()) == (count, index):
                continue
            do(late, x, y, is_repair)
            if draw.random() < 0.4:
                late.deliver()
        late.deliver()
        for move in ("undo", "redo"):
            for _ in range(prompt.stack.count() + 1):
                assert late.stack.index() == prompt.stack.index()
                assert np.array_equal(late.coverage, prompt.coverage)
                for desk in (late, prompt):
                    getattr(desk.stack, move)()
                late.deliver()


class TestThreads:
    @pytest.fixture
    def threaded(self, desk):
        desk.mask.work_posted.disconnect()
        controller = EngineController()
        worker = MaskWorker(desk.mask, controller, desk.mask)
        yield desk, controller
        assert worker.parent() is desk.mask
        assert controller.shut_down()

    def test_the_result_comes_from_the_thread_aside(self, threaded, qtbot):
        desk, controller = threaded
        desk.mask.invert()
        assert desk.mask.is_waiting
        assert not controller.is_busy
        qtbot.waitUntil(lambda: not desk.mask.is_waiting, timeout=WAIT_MS)
        assert desk.coverage[0, 0] == 255

    def test_cancelling_everything_else_does_not_lose_it(self, threaded, qtbot):
        desk, controller = threaded
        desk.mask.invert()
        controller.cancel_all()
        qtbot.waitUntil(lambda: not desk.mask.is_waiting, timeout=WAIT_MS)
        assert desk.coverage[0, 0] == 255

    def test_restore_takes_the_mask_that_was_asked_for(self, detected, qtbot, repaired_masks):
        drag(qtbot, detected.view, [at(detected, 10, 40), at(detected, 30, 40)])
        before = coverage(detected)
        with qtbot.waitSignal(detected.document.result_changed, timeout=WAIT_MS):
            detected.actions_by_name["mask_invert"].trigger()
            assert np.array_equal(coverage(detected), before)
            detected.actions_by_name["restore"].trigger()
        assert np.abs(repaired_masks[0].astype(int) - (255 - before.astype(int))).max() <= 2
        assert np.array_equal(repaired_masks[0], coverage(detected))
        assert not detected.document.is_result_stale


@pytest.mark.parametrize("radius", [5, -5])
def test_strips_leave_no_seam(qapp, radius):
    desk = Desk(size=(700, 90))
    for y in range(0, 700, 31):
        desk.stroke(20, y)
    probability = np.random.default_rng(3).integers(0, 255, (700, 90)).astype(np.uint8)
    desk.mask.set_found(Found.of(probability))
    work = WholeWork.on(desk.mask.source, WholeOrder(WholeKind.GROW, radius))
    after = work.run(CancelToken()).after
    assert np.array_equal(after.layer, grown(work.before.layer, radius).view(np.int8))
    assert np.array_equal(after.found.probability, grown(probability, radius))


def test_work_stops_when_asked(qapp):
    desk = Desk()
    cancel = CancelToken()
    cancel.cancel()
    work = WholeWork.on(desk.mask.source, WholeOrder(WholeKind.GROW, 1))
    with pytest.raises(Cancelled):
        work.run(cancel)
