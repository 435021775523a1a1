# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from noted_progress import NotedProgress
from toy_network import CONFIG, toy_catalogue
from toy_steps import ToyStep
from toy_words import told

from restorer_app.engine.core.errors import IncompatibleCheckpointError, InvalidPlanError
from restorer_app.engine.core.photo import Metadata, Photo
from restorer_app.engine.core.progress import Cancelled, CancelToken
from restorer_app.engine.core.region import Region
from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline import blending
from restorer_app.engine.pipeline.blending import Layer, blend_layers
from restorer_app.engine.pipeline.cache import CachedStep, StepCache
from restorer_app.engine.pipeline.pipeline import finished_photo, inspect_step, restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.pipeline.report import StepReport, json_value
from restorer_app.engine.steps.step import Decision
from restorer_app.engine.steps.tone.config import ToneConfig


@dataclass
class DimmingStep(ToyStep):
    """Multiplies by `gain`; with a `tint`, greens and blues by less."""

    gain: float = 0.5
    tint: bool = False

    def reason(self):
        return f"{self.name} says {self.runs}"

    def function_for(self, config):
        gain = self.gain if self.blends else 1 - (1 - self.gain) * config.strength
        colours = np.array([1.0, 0.9, 0.7] if self.tint else [1, 1, 1], np.float32)
        return lambda tile, region: tile * np.float32(gain) * colours


def _steps(**changes):
    """damage x0.5, denoise x0.5, tone x0.5; changes per step name."""
    names = ("damage", "denoise", "tone")
    return tuple(replace(DimmingStep(name), **changes.get(name, {})) for name in names)


def _photo(dtype=np.uint8, height=40, width=50, **more):
    high = np.iinfo(dtype).max
    pixels = np.random.default_rng(1).integers(0, high, (height, width, 3), dtype, endpoint=True)
    return Photo(pixels, **more)


@pytest.fixture
def session(tmp_path):
    return Session("cpu", Catalogue(tmp_path / "shipped", tmp_path / "user"))


class TestRestore:
    def test_steps_run_in_order_at_full_strength(self, session):
        photo = _photo(np.uint16)
        steps = _steps()
        done = restore(photo, RestorePlan(), session=session, steps=steps)
        assert np.abs(done.photo.pixels - photo.pixels / 8).max() <= 1
        assert [layer.step for layer in done.layers] == ["damage", "denoise", "tone"]
        assert all(layer.ran and layer.pixels.dtype == np.uint16 for layer in done.layers)
        assert not any(layer.pixels.flags.writeable for layer in done.layers)
        assert np.array_equal(steps[1].photos[0].pixels, done.layers[0].pixels)

    @pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
    def test_nothing_needed_gives_the_very_same_pixels(self, session, dtype):
        photo = _photo(dtype)
        steps = _steps(damage={"runs": False}, denoise={"runs": False}, tone={"runs": False})
        done = restore(photo, RestorePlan(), session=session, steps=steps)
        assert done.photo.pixels is photo.pixels
        assert all(layer.pixels is photo.pixels for layer in done.layers)
        assert [step.prepared for step in steps] == [0, 0, 0]
        assert done.mask is None
        assert not done.mask_or_empty().any()

    def test_strength_zero_gives_the_very_same_pixels(self, session):
        photo = _photo()
        plan = RestorePlan()
        for name in ("damage", "denoise", "tone"):
            plan = plan.with_step(name, strength=0)
        done = restore(photo, plan, session=session, steps=_steps())
        assert done.photo.pixels is photo.pixels

    def test_depth_metadata_and_alpha_survive(self, session):
        alpha = np.full((40, 50), 128, np.uint8)
        photo = _photo(alpha=alpha, metadata=Metadata(exif=b"x", dpi=(300, 300)))
        steps = _steps()
        done = restore(photo, RestorePlan(), session=session, steps=steps)
        assert done.photo.bit_depth == 8
        assert done.photo.metadata == photo.metadata
        assert done.photo.alpha is photo.alpha
        assert steps[2].photos[0].alpha.dtype == np.uint16
        assert steps[2].photos[0].alpha[0, 0] == 128 * 257

    def test_switches(self, session):
        steps = _steps(denoise={"runs": False}, tone={"runs": False})
        plan = RestorePlan().with_step("damage", switch="off").with_step("tone", switch="on")
        report = restore(_photo(), plan, session=session, steps=steps).report
        assert [(each.ran, str(each.reason)) for each in report.steps] == [
            (False, "switched off"),
            (False, "denoise says False"),
            (
                True,
                "Switched on; automatic would not do it. Automatic would say: tone says False.",
            ),
        ]
        assert steps[0].decided == 0

    def test_grey_photo_stays_grey_unless_colour_is_asked_for(self, session):
        pixels = np.repeat(_photo().pixels[..., :1], 3, axis=2)
        photo = Photo(pixels, is_grey=True)
        steps = _steps(tone={"tint": True})
        done = restore(photo, RestorePlan(), session=session, steps=steps)
        assert done.photo.is_grey
        assert np.array_equal(done.photo.pixels[..., 0], done.photo.pixels[..., 2])
        sepia = RestorePlan({"tone": ToneConfig(monochrome="sepia")})
        coloured = restore(photo, sepia, session=session, steps=_steps(tone={"tint": True}))
        assert not coloured.photo.is_grey
        assert (coloured.photo.pixels[..., 2] <= coloured.photo.pixels[..., 0]).all()

    @pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1)])
    def test_extreme_sizes(self, session, size):
        photo = _photo(np.uint16, *size)
        done = restore(photo, RestorePlan(), session=session, steps=_steps())
        assert done.photo.pixels.shape == (*size, 3)

    def test_cancel_before_anything(self, session):
        token = CancelToken()
        token.cancel()
        steps = _steps()
        with pytest.raises(Cancelled):
            restore(_photo(), RestorePlan(), session=session, steps=steps, cancel=token)
        assert steps[0].decided == 0

    def test_progress_rises_to_one_and_names_the_step(self, session):
        recorder = NotedProgress()
        restore(_photo(), RestorePlan(), session=session, steps=_steps(), progress=recorder)
        fractions = [fraction for fraction, _ in recorder.updates]
        assert fractions == sorted(fractions)
        assert fractions[-1] == 1.0
        assert {"damage", "denoise", "tone"} <= {message for _, message in recorder.updates}

    def test_unknown_network_is_refused(self, session):
        plan = RestorePlan().with_step("tone", model="nothing")
        with pytest.raises(InvalidPlanError, match="no network called 'nothing'"):
            restore(_photo(), plan, session=session, steps=_steps())

    def test_mask_is_handed_out(self, session):
        done = restore(
            _photo(), RestorePlan(), session=session, steps=_steps(damage={"marks": True})
        )
        assert done.mask is not None
        assert done.mask.all()

    def test_find_damage_repairs_nothing(self, session):
        step = DimmingStep("damage", marks=True)
        found = inspect_step(_photo(), RestorePlan(), "damage", session=session, steps=(step,))
        assert found.mask.all()
        assert found.report.step("damage").ran
        assert found.report.result.is_grey
        none = DimmingStep("damage", runs=False)
        found = inspect_step(_photo(), RestorePlan(), "damage", session=session, steps=(none,))
        assert found.mask.shape == (40, 50)
        assert not found.mask.any()
        assert not found.report.step("damage").ran
        assert none.prepared == 0

    def test_a_classical_restore_never_loads_torch(self, session, monkeypatch):
        # A None in sys.modules makes every `import torch` fail.
        monkeypatch.setitem(sys.modules, "torch", None)
        done = restore(_photo(), RestorePlan(), session=session, steps=_steps())
        assert done.report.step("tone").device == "cpu"


class TestNetworkThatDoesNotFit:
    """The file is whole, but its weights are for another version: only building it can tell."""

    @pytest.fixture
    def session(self, tmp_path):
        pytest.importorskip("torch")
        wrong = CONFIG | {"widths": [4, 9]}
        return Session("cpu", toy_catalogue(tmp_path, said_config=wrong))

    @dataclass
    class NetworkStep(DimmingStep):
        def prepare(self, photo, config, decision, context):
            choice = context.session.choose(self.name, config.model)
            if choice.entry is not None:
                context.session.network(choice)
            return super().prepare(photo, config, decision, context)

    def test_auto_goes_on_classically_and_says_so(self, session):
        done = restore(
            _photo(), RestorePlan(), session=session, steps=(self.NetworkStep("denoise"),)
        )
        report = done.report.step("denoise")
        assert report.ran
        assert report.model == "classical"
        assert len(report.fallbacks) == 1
        assert str(report.fallbacks[0]).startswith("used the classical way instead")

    def test_by_name_it_is_an_error(self, session):
        plan = RestorePlan().with_step("denoise", model="toy")
        with pytest.raises(IncompatibleCheckpointError):
            restore(_photo(), plan, session=session, steps=(self.NetworkStep("denoise"),))


class TestReport:
    def test_says_everything_in_json(self, session):
        photo = _photo(notes=(told("CMYK was converted"),))
        steps = _steps(denoise={"runs": False})
        done = restore(photo, RestorePlan(), session=session, steps=steps)
        data = json.loads(json.dumps(done.report.to_json(), allow_nan=False))
        assert data["read_notes"] == ["CMYK was converted"]
        assert data["source"]["width"] == 50
        assert data["result"]["bit_depth"] == 8
        assert data["peak_memory_bytes"] > 1 << 20
        assert data["versions"]["numpy"] == np.__version__
        damage, denoise, _ = data["steps"]
        assert damage["ran"] is True
        assert damage["tile_px"] == 512
        assert damage["model"] == "classical"
        assert damage["notes"] == ["damage note"]
        assert damage["measurements"] == {"level": 0.5}
        assert denoise["ran"] is False
        assert denoise["reason"] == "denoise says False"

    def test_values_that_json_lacks_become_plain(self):
        values = {"a": float("nan"), "b": np.float64("inf"), "c": (np.int8(1), Region(0, 0, 1, 1))}
        plain = json_value(values | {"d": np.arange(2)})
        assert plain == {"a": None, "b": None, "c": [1, str(Region(0, 0, 1, 1))], "d": [0, 1]}

    def test_output_is_noted(self, session):
        done = restore(_photo(), RestorePlan(), session=session, steps=_steps())
        report = done.report.with_output("out.jpg", (told("alpha was flattened"),)).to_json()
        assert report["result"]["file"] == "out.jpg"
        assert report["write_notes"] == ["alpha was flattened"]


class TestCache:
    def test_a_strength_change_computes_nothing(self, session):
        cache, photo, steps = StepCache(), _photo(), _steps()
        first = restore(photo, RestorePlan(), session=session, cache=cache, steps=steps)
        plan = RestorePlan().with_step("denoise", strength=0.3).with_step("tone", strength=0)
        second = restore(photo, plan, session=session, cache=cache, steps=steps)
        assert [(step.decided, step.prepared) for step in steps] == [(1, 1)] * 3
        assert [each.from_cache for each in second.report.steps] == [True] * 3
        assert second.report.step("denoise").strength == 0.3
        assert second.layers[2].pixels is first.layers[2].pixels
        fresh = restore(photo, plan, session=session, steps=_steps())
        assert np.array_equal(second.photo.pixels, fresh.photo.pixels)

    def test_a_switch_brings_a_step_back_without_computing(self, session):
        cache, photo, steps = StepCache(), _photo(), _steps()
        on, off = RestorePlan(), RestorePlan().with_step("tone", switch="off")
        for plan in (on, off, on, on.with_step("tone", switch="on")):
            restore(photo, plan, session=session, cache=cache, steps=steps)
        assert [step.prepared for step in steps] == [1, 1, 1]

    def test_a_change_recomputes_only_what_follows(self, session):
        cache, photo, steps = StepCache(), _photo(), _steps()
        for plan in (RestorePlan(), RestorePlan().with_step("denoise", crispness=1)):
            restore(photo, plan, session=session, cache=cache, steps=steps)
        assert [step.prepared for step in steps] == [1, 2, 2]

    def test_strength_of_a_step_with_its_own_control_recomputes(self, session):
        cache, photo = StepCache(), _photo(np.uint16)
        steps = _steps(denoise={"blends": False})
        restore(photo, RestorePlan(), session=session, cache=cache, steps=steps)
        plan = RestorePlan().with_step("denoise", strength=0.5)
        done = restore(photo, plan, session=session, cache=cache, steps=steps)
        assert [step.prepared for step in steps] == [1, 2, 2]
        assert done.layers[1].strength == 1.0
        assert np.abs(done.photo.pixels - photo.pixels * (0.5 * 0.75 * 0.5)).max() <= 1

    def test_another_photo_is_not_confused(self, session):
        cache, steps = StepCache(), _steps()
        for photo in (_photo(), _photo(), _photo(np.uint16)):
            done = restore(photo, RestorePlan(), session=session, cache=cache, steps=steps)
            assert np.abs(done.photo.pixels - photo.pixels / 8).max() <= 1
        assert steps[0].prepared == 3

    def test_a_changed_mask_file_counts(self, session, tmp_path):
        cache, photo, steps = StepCache(), _photo(), _steps()
        mask = tmp_path / "mask.png"
        for content in (b"one", b"other"):
            mask.write_bytes(content)
            plan = RestorePlan().with_step("damage", mask_path=str(mask))
            restore(photo, plan, session=session, cache=cache, steps=steps)
        assert steps[0].prepared == 2

    def test_memory_is_bounded_and_the_oldest_goes(self):
        pixels = np.zeros((10, 10, 3), np.uint16)
        entry = CachedStep(pixels, None, StepReport("x", True, ""))
        cache = StepCache(2 * pixels.nbytes)
        for key in "ab":
            cache.keep_step(key, entry)
        assert cache.step("a") is entry
        cache.keep_step("c", entry)
        assert cache.size_bytes == 2 * pixels.nbytes
        assert cache.step("b") is None
        assert cache.step("a") is entry
        cache.clear()
        assert cache.size_bytes == 0

    def test_only_a_few_decisions_are_kept(self):
        cache = StepCache()
        for number in range(50):
            cache.keep_decision(number, Decision(True, told(str(number))))
        assert cache.decision(0) is None
        assert cache.decision(49).reason == told("49")
        assert sum(cache.decision(number) is not None for number in range(50)) == 8


def _layers(base, strengths, seed=0):
    random = np.random.default_rng(seed)
    shape = base.shape
    return [
        Layer(str(i), random.integers(0, 65536, shape, np.uint16), s, ran=True)
        for i, s in enumerate(strengths)
    ]


class TestBlend:
    @settings(max_examples=30, deadline=None)
    @given(
        strengths=st.lists(st.floats(0, 1), max_size=4),
        dtype=st.sampled_from([np.uint8, np.uint16]),
    )
    def test_is_the_formula(self, strengths, dtype):
        full = np.iinfo(dtype).max
        base = np.random.default_rng(7).integers(0, full, (9, 11, 3), dtype)
        layers = _layers(base, strengths)
        expected = before = base / full
        for layer in layers:
            out = layer.pixels / 65535
            expected = expected + layer.strength * (out - before)
            before = out
        expected = np.clip(expected, 0, 1) * full
        assert np.abs(blend_layers(base, layers) - expected).max() <= 0.51

    @pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
    def test_every_value_passes_where_layers_equal_the_base(self, dtype):
        full = np.iinfo(dtype).max
        base = np.arange(full + 1, dtype=dtype).reshape(-1, 1, 1).repeat(3, 2)
        wide = base if dtype == np.uint16 else base.astype(np.uint16) * 257
        layers = [Layer(str(i), wide, s, ran=True) for i, s in enumerate((0.3, 0.7, 0.123))]
        assert np.array_equal(blend_layers(base, layers), base)

    @pytest.mark.parametrize("strengths", [(1.0, 1.0), (0.3, 0.8), (1.0, 0.0)])
    def test_sixteen_bits_of_an_eight_bit_photo_are_real(self, strengths):
        base = np.random.default_rng(7).integers(0, 256, (9, 11, 3), np.uint8)
        layers = _layers(base, strengths)
        expected = before = base / 255
        for layer in layers:
            out = layer.pixels / 65535
            expected = expected + layer.strength * (out - before)
            before = out
        mixed = blend_layers(base, layers, bit_depth=16)
        assert mixed.dtype == np.uint16
        assert np.abs(mixed - np.clip(expected, 0, 1) * 65535).max() <= 0.51
        assert (mixed % 257 != 0).any()

    def test_sixteen_bits_where_nothing_changed(self):
        base = np.arange(256, dtype=np.uint8).reshape(-1, 1, 1).repeat(3, 2)
        wide = base.astype(np.uint16) * 257
        layers = [Layer(str(i), wide, s, ran=True) for i, s in enumerate((0.3, 0.7, 0.123))]
        assert np.array_equal(blend_layers(base, layers, bit_depth=16), wide)
        assert blend_layers(base, [], bit_depth=16) is base

    def test_sixteen_bits_take_the_opacity_along(self):
        photo = _photo()
        alpha = np.arange(photo.pixels[..., 0].size, dtype=np.uint8).reshape(photo.pixels.shape[:2])
        photo = Photo(photo.pixels, alpha)
        layers = _layers(photo.pixels, (0.4, 0.9))
        deep = finished_photo(photo, layers, bit_depth=16)
        assert deep.bit_depth == 16
        assert np.array_equal(deep.alpha, alpha.astype(np.uint16) * 257)
        assert np.array_equal(finished_photo(photo, layers).alpha, alpha)

    def test_layers_that_did_not_run_are_ignored(self):
        base = _photo().pixels
        layers = [Layer("a", base, 0.5, ran=False)]
        assert blend_layers(base, layers) is base

    def test_a_region_is_the_same_as_the_whole(self, monkeypatch):
        base = _photo().pixels
        layers = _layers(base, (0.2, 0.9))
        region = Region(5, 7, 20, 30)
        part = blend_layers(base, layers, region)
        assert np.array_equal(part, blend_layers(base, layers)[region.slices])
        monkeypatch.setattr(blending, "BAND_PIXELS", 64)
        assert np.array_equal(part, blend_layers(base, layers, region))
        untouched = blend_layers(base, [], region)
        assert np.array_equal(untouched, base[region.slices])
        assert not np.shares_memory(untouched, base)

    def test_finished_photo_is_what_restore_gives(self, session):
        photo = _photo()
        plan = RestorePlan().with_step("tone", strength=0.4)
        done = restore(photo, plan, session=session, steps=_steps())
        assert np.array_equal(finished_photo(photo, done.layers).pixels, done.photo.pixels)
