# SPDX-License-Identifier: Apache-2.0
"""What a device or the memory fails at is done elsewhere, and the report says so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from noted_progress import NotedProgress
from toy_network import toy_catalogue
from toy_steps import ToyStep, ToyWork

from restorer_app.engine.core import device as device_module
from restorer_app.engine.core.device import Device, cpu_device, self_test
from restorer_app.engine.core.errors import (
    DeviceMemoryError,
    DeviceUnavailableError,
    IncompatibleCheckpointError,
    NotFiniteError,
)
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import check_finite, is_neutral
from restorer_app.engine.models import session as session_module
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.pipeline import inspect_step, restore
from restorer_app.engine.pipeline.plan import RestorePlan

CARD = Device("cuda", "Toy card", 1 << 30, 64)


@pytest.fixture
def card(monkeypatch):
    """A computer with a graphics card that passes its test; no torch is asked."""
    monkeypatch.setattr(session_module, "resolve_device", lambda choice: CARD)
    monkeypatch.setattr(session_module, "self_test", lambda kind: "")


@dataclass
class FailingStep(ToyStep):
    """Lightens on the processor; elsewhere, and `on_processor` times there, it fails.

    Attributes:
        fault: what becomes of it: an error to be raised, or a value that fills the tile.
        where: "decide", "prepare" or "process".
        on_processor: how often it fails on the processor, too.
    """

    fault: Exception | float = np.nan
    where: str = "process"
    on_processor: int = 0

    def act(self, place, context):
        is_bad = context.session.device.kind != "cpu" or self.on_processor > 0
        if place == self.where and is_bad:
            self.on_processor -= context.session.device.kind == "cpu"
            if isinstance(self.fault, Exception):
                raise self.fault
            return self.fault
        return 0.5

    def decide(self, photo, config, context):
        if np.isnan(self.act("decide", context)):
            raise NotFiniteError("no numbers")
        return super().decide(photo, config, context)

    def prepare(self, photo, config, decision, context):
        self.act("prepare", context)

        def process(tile, region):
            return np.full_like(tile, self.act("process", context))

        return ToyWork(process, uses_device=True)


def run(step, device="auto", plan=None, catalogue=None, **more):
    photo = Photo(np.zeros((40, 30, 3), np.uint8))
    session = Session(device, catalogue)
    return restore(photo, plan or RestorePlan(), session=session, steps=(step,), **more)


class TestGraphicsCard:
    @pytest.mark.parametrize("where", ["decide", "process"])
    def test_what_is_no_number_is_computed_on_the_processor(self, card, where):
        done = run(FailingStep("denoise", where=where))
        assert (done.photo.pixels == 128).all()
        (report,) = done.report.steps
        assert report.device == "cpu"
        note = "Toy card computed values that are no numbers, went on on the processor"
        assert [str(each) for each in report.fallbacks] == [note]

    @pytest.mark.parametrize("where", ["decide", "prepare", "process"])
    @pytest.mark.parametrize(
        "message", ["CUDA error: an illegal memory access", "cuDNN error: NOT_SUPPORTED"]
    )
    def test_a_fault_of_its_own_is_worked_around(self, card, where, message):
        done = run(FailingStep("denoise", fault=RuntimeError(message), where=where))
        assert (done.photo.pixels == 128).all()
        (note,) = done.report.steps[0].fallbacks
        assert str(note) == "Toy card failed, went on on the processor"

    @pytest.mark.parametrize("where", ["decide", "prepare"])
    def test_memory_is_released_and_then_the_processor_taken(self, card, where):
        done = run(FailingStep("denoise", fault=MemoryError(), where=where))
        assert (done.photo.pixels == 128).all()
        first, second = done.report.steps[0].fallbacks
        assert "tried again" in str(first)
        assert str(second) == "the memory of Toy card ran out, went on on the processor"

    def test_the_next_step_uses_the_card_again(self, card):
        photo = Photo(np.zeros((40, 30, 3), np.uint8))
        steps = (FailingStep("denoise"), FailingStep("tone", where=""))
        done = restore(photo, RestorePlan(), session=Session(), steps=steps)
        assert [each.device for each in done.report.steps] == ["cpu", "cuda (Toy card)"]

    def test_a_bug_is_no_fault_of_the_card(self, card):
        with pytest.raises(RuntimeError, match="size of tensor"):
            run(FailingStep("denoise", fault=RuntimeError("size of tensor a")))

    def test_looking_alone_is_secured_as_well(self, card):
        photo = Photo(np.zeros((40, 30, 3), np.uint8))
        steps = (FailingStep("damage", where="decide"),)
        seen = inspect_step(photo, RestorePlan(), "damage", session=Session(), steps=steps)
        assert "no numbers" in str(seen.report.steps[0].fallbacks[0])

    def test_progress_never_falls(self, card):
        progress = NotedProgress()
        run(FailingStep("denoise"), progress=progress)
        assert progress.fractions == sorted(progress.fractions)
        assert progress.fractions[-1] == 1.0


class TestProcessor:
    @pytest.mark.parametrize("where", ["decide", "prepare"])
    def test_memory_that_ran_out_once_is_tried_again(self, where):
        step = FailingStep("denoise", fault=MemoryError(), where=where, on_processor=1)
        done = run(step, "cpu")
        assert (done.photo.pixels == 128).all()
        assert "tried again" in str(done.report.steps[0].fallbacks[0])

    def test_memory_that_ran_out_twice_is_said(self):
        step = FailingStep("denoise", fault=MemoryError(), where="decide", on_processor=2)
        with pytest.raises(DeviceMemoryError, match="not enough free memory for the step denoise"):
            run(step, "cpu")

    def test_without_a_network_what_is_no_number_is_an_error(self):
        with pytest.raises(NotFiniteError):
            run(FailingStep("denoise", on_processor=9), "cpu")

    def test_a_network_that_computes_no_numbers_gives_way_to_the_classical_way(self, tmp_path):
        catalogue = toy_catalogue(tmp_path)
        done = run(FailingStep("denoise", on_processor=1), "cpu", catalogue=catalogue)
        assert (done.photo.pixels == 128).all()
        (note,) = done.report.steps[0].fallbacks
        assert str(note).startswith("used the classical way instead")
        assert "The network toy computes values that are no numbers" in str(note)

    def test_of_a_network_that_was_asked_for_it_is_said(self, tmp_path):
        plan = RestorePlan().with_step("denoise", model="toy")
        catalogue = toy_catalogue(tmp_path)
        with pytest.raises(IncompatibleCheckpointError, match="no numbers of this photo"):
            run(FailingStep("denoise", on_processor=9), "cpu", plan, catalogue)


class TestSelfTest:
    @pytest.fixture
    def broken_card(self, monkeypatch):
        monkeypatch.setattr(session_module, "resolve_device", lambda choice: CARD)
        monkeypatch.setattr(session_module, "self_test", lambda kind: "it gave wrong results")

    def test_auto_takes_the_processor_and_says_so(self, broken_card):
        device = Session("auto").device
        assert device.kind == "cpu"
        done = run(FailingStep("denoise", where=""))
        (note,) = done.report.steps[0].fallbacks
        assert str(note) == "used the processor: Toy card failed a test of its arithmetic"

    def test_a_card_that_was_asked_for_is_refused(self, broken_card):
        with pytest.raises(DeviceUnavailableError, match=r"Toy card .* wrong results"):
            _ = Session("cuda").device

    def test_the_processor_passes(self):
        pytest.importorskip("torch")
        assert self_test(cpu_device().kind) == ""

    @pytest.mark.parametrize("spoil", ["zeros", "nan", "error"])
    def test_wrong_answers_are_found(self, monkeypatch, spoil):
        torch = pytest.importorskip("torch")
        original, calls = torch.nn.functional.conv2d, []

        def conv2d(*tensors):
            calls.append(tensors)
            if len(calls) == 1:  # what the processor says
                return original(*tensors)
            if spoil == "error":
                raise RuntimeError("no kernel image is available\nmore")
            return original(*tensors) * (0 if spoil == "zeros" else float("nan"))

        monkeypatch.setattr(torch.nn.functional, "conv2d", conv2d)
        monkeypatch.setattr(device_module, "_test_results", {})
        problem = self_test("cpu")
        assert ("no kernel image is available”" in problem) == (spoil == "error")
        assert problem


class TestNeutral:
    """A black-and-white photo stays one, also where its file has three channels."""

    def tinted(self, tile, region):
        return tile * np.array([1, 0.97, 0.94], np.float32)

    def grey_photo(self):
        rows = np.linspace(20, 230, 150).astype(np.uint8)
        return Photo(np.broadcast_to(rows[:, None, None], (150, 40, 3)).copy())

    def test_neutral_in_is_neutral_out(self):
        step = ToyStep("denoise", self.tinted)
        done = restore(self.grey_photo(), RestorePlan(), session=Session("cpu"), steps=(step,))
        assert is_neutral(done.photo.pixels)
        assert not done.photo.is_grey
        assert not np.array_equal(done.photo.pixels, self.grey_photo().pixels)

    def test_a_coloured_pixel_makes_it_a_coloured_photo(self):
        pixels = self.grey_photo().pixels.copy()
        pixels[-1, -1] = (200, 190, 180)
        photo = Photo(pixels)
        step = ToyStep("denoise", self.tinted)
        done = restore(photo, RestorePlan(), session=Session("cpu"), steps=(step,))
        assert not is_neutral(done.photo.pixels[:100])

    def test_colour_that_was_asked_for_is_given(self):
        plan = RestorePlan().with_step("style", switch="on", style="sepia")
        step = ToyStep("style", self.tinted)
        done = restore(self.grey_photo(), plan, session=Session("cpu"), steps=(step,))
        assert not is_neutral(done.photo.pixels)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_one_value_that_is_no_number_is_found(value):
    values = np.ones((50, 60, 3), np.float32)
    check_finite(values)
    values[17, 3, 2] = value
    with pytest.raises(NotFiniteError):
        check_finite(values)
