# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from functools import partial

import cv2
import numpy as np
import pytest
from allocation import with_peak_bytes
from hypothesis import given, settings
from hypothesis import strategies as st
from noted_progress import NotedProgress
from toy_steps import ToyWork

from restorer_app.engine.core.device import MIN_TILE_PX
from restorer_app.engine.core.errors import DeviceMemoryError, NotFiniteError
from restorer_app.engine.core.pixels import Float, to_float, to_integer
from restorer_app.engine.core.progress import Cancelled, CancelToken, NoProgress
from restorer_app.engine.core.region import Region
from restorer_app.engine.models.batches import batches_of_one_size
from restorer_app.engine.pipeline.tiling import run_tiles
from restorer_app.engine.pipeline.words import RunPhrase


def _picture(height: int, width: int, dtype: type = np.uint16, seed: int = 0) -> np.ndarray:
    high = np.iinfo(dtype).max
    return np.random.default_rng(seed).integers(0, high, (height, width, 3), dtype, endpoint=True)


def _run(pixels, work, tile_px=64, **more):
    options = {"progress": NoProgress(), "cancel": CancelToken()} | more
    return run_tiles(pixels, work, tile_px, **options)


def _blurred(tile: Float, region: Region) -> Float:
    return cv2.blur(tile, (9, 9), borderType=cv2.BORDER_REFLECT_101)


@pytest.mark.parametrize(
    ("height", "width"), [(1, 1), (1, 20000), (20000, 1), (64, 64), (65, 129), (7, 300)]
)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("overlap", [0, 20])
def test_identity_passes_bit_for_bit_at_any_size(height, width, dtype, overlap):
    pixels = _picture(height, width, dtype)
    result = _run(pixels, ToyWork(overlap_px=overlap, multiple=8)).pixels
    expected = pixels if dtype == np.uint16 else pixels.astype(np.uint16) * 257
    assert result.dtype == np.uint16
    assert np.array_equal(result, expected)
    assert not result.flags.writeable


@settings(max_examples=40, deadline=None)
@given(
    height=st.integers(1, 200),
    width=st.integers(1, 200),
    overlap=st.integers(0, 40),
    multiple=st.sampled_from([1, 2, 8, 16]),
    scale=st.sampled_from([1, 2]),
)
def test_any_geometry_covers_every_pixel_once(height, width, overlap, multiple, scale):
    pixels = _picture(height, width)

    def enlarge(tile: Float, region: Region) -> Float:
        assert region.height % multiple == 0
        assert region.width % multiple == 0
        assert region.top % multiple == 0
        assert region.left % multiple == 0
        return tile.repeat(scale, 0).repeat(scale, 1)

    work = ToyWork(enlarge, overlap_px=overlap, multiple=multiple, scale=scale)
    result = _run(pixels, work).pixels
    assert np.array_equal(result, pixels.repeat(scale, 0).repeat(scale, 1))


def test_local_filter_is_the_same_tiled_and_whole():
    pixels = _picture(300, 413)
    work = ToyWork(_blurred, overlap_px=4)
    result = _run(pixels, work).pixels
    expected = to_integer(_blurred(to_float(pixels), Region(0, 0, 300, 413)), np.uint16)
    assert len(work.calls) > 20
    # The summation order inside cv2.blur depends on where the tile begins.
    assert np.abs(result.astype(int) - expected.astype(int)).max() <= 1


def test_network_is_the_same_tiled_and_whole():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    # Strided and transposed layers: only right if tiles keep the phase of the photo's grid.
    network = torch.nn.Sequential(
        torch.nn.PixelUnshuffle(2),
        torch.nn.Conv2d(12, 16, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.Conv2d(16, 16, 2, stride=2),
        torch.nn.Conv2d(16, 16, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.ConvTranspose2d(16, 12, 2, stride=2),
        torch.nn.PixelShuffle(2),
    ).eval()

    def forward(tile: Float, region: Region) -> Float:
        with torch.inference_mode():
            tensor = torch.from_numpy(tile.copy()).permute(2, 0, 1)[None]
            return network(tensor)[0].permute(1, 2, 0).numpy() * 0.5 + 0.5

    pixels = _picture(200, 232, np.uint8)
    tiled = _run(pixels, ToyWork(forward, overlap_px=12, multiple=4)).pixels
    whole = _run(pixels, ToyWork(forward, overlap_px=12, multiple=4), tile_px=4096).pixels
    assert np.abs(tiled.astype(int) - whole.astype(int)).max() <= 65535 / 255 / 50


def test_tiles_that_disagree_meet_without_a_seam():
    def each_its_own(tile: Float, region: Region) -> Float:
        level = 0.2 if (region.top // 32 + region.left // 32) % 2 else 0.8
        return np.full_like(tile, level)

    result = _run(_picture(256, 256), ToyWork(each_its_own, overlap_px=16)).pixels
    steps = [np.abs(np.diff(result.astype(int), axis=axis)).max() for axis in (0, 1)]
    # A hard seam would be 0.6 of full scale; a raised cosine over 16 px is at most pi/2/16 of it.
    assert max(steps) <= 0.6 * 65535 * 0.1


def test_untouched_tiles_are_copied_and_not_computed():
    pixels = _picture(256, 256)
    spot = Region(100, 100, 10, 10)
    work = ToyWork(
        lambda tile, region: 1.0 - tile,
        overlap_px=16,
        touched=lambda r: r.intersection(spot).area > 0,
    )
    result = _run(pixels, work).pixels
    assert len(work.calls) == 1
    assert np.array_equal(result[:40], pixels[:40])
    assert np.array_equal(result[:, 200:], pixels[:, 200:])
    assert np.array_equal(result[105, 105], 65535 - pixels[105, 105])


def test_out_of_memory_halves_the_tile_and_says_so():
    pixels = _picture(300, 300)

    def small_only(tile: Float, region: Region) -> Float:
        if tile.shape[0] > 150:
            raise MemoryError
        return tile

    recorder = NotedProgress()
    result = _run(pixels, ToyWork(small_only), tile_px=300, progress=recorder)
    assert result.tile_px == 150
    assert result.notes == (RunPhrase.SMALLER_TILES(side=300, smaller=150),)
    assert np.array_equal(result.pixels, pixels)
    assert recorder.fractions == sorted(recorder.fractions)


def test_out_of_memory_in_the_second_row_keeps_the_first():
    pixels = _picture(256, 256)
    seen = []

    def fails_once(tile: Float, region: Region) -> Float:
        seen.append(region)
        if len(seen) == 4:
            raise MemoryError
        return tile

    recorder = NotedProgress()
    result = _run(pixels, ToyWork(fails_once), tile_px=128, progress=recorder)
    assert np.array_equal(result.pixels, pixels)
    assert sum(region.top == 0 for region in seen) == 2
    assert result.tile_px == 64
    assert recorder.fractions == sorted(recorder.fractions)
    assert recorder.fractions[-1] == 1.0


def test_torch_out_of_memory_is_recognised():
    torch = pytest.importorskip("torch")
    pixels = _picture(128, 128)
    failures = [
        torch.cuda.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"),
    ]

    def fails_twice(tile: Float, region: Region) -> Float:
        if failures:
            raise failures.pop()
        return tile

    result = _run(pixels, ToyWork(fails_twice), tile_px=256)
    assert result.tile_px == 64
    assert len(result.notes) == 2


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers_are_an_error_and_not_black(value):
    def spoil(tile: Float, region: Region) -> Float:
        spoilt = tile.copy()
        spoilt[-1, -1, 0] = value
        return spoilt

    with pytest.raises(NotFiniteError):
        _run(_picture(100, 100), ToyWork(spoil))


def test_memory_error_at_the_smallest_tile_is_final():
    def never(tile: Float, region: Region) -> Float:
        raise MemoryError

    with pytest.raises(DeviceMemoryError, match=str(MIN_TILE_PX)):
        _run(_picture(128, 128), ToyWork(never), tile_px=256)


def test_other_errors_are_not_taken_for_memory():
    def broken(tile: Float, region: Region) -> Float:
        raise RuntimeError("CUDA error: device-side assert triggered")

    with pytest.raises(RuntimeError, match="device-side"):
        _run(_picture(128, 128), ToyWork(broken))


def test_cancel_is_answered_at_the_next_tile():
    token = CancelToken()

    def cancels(tile: Float, region: Region) -> Float:
        token.cancel()
        return tile

    work = ToyWork(cancels)
    with pytest.raises(Cancelled):
        _run(_picture(256, 256), work, cancel=token)
    assert len(work.calls) == 1


def test_progress_comes_with_every_tile():
    recorder = NotedProgress()
    work = ToyWork()
    _run(_picture(256, 192), work, progress=recorder)
    assert len(recorder.fractions) == len(work.calls) == 12
    assert recorder.fractions[0] == pytest.approx(1 / 12)
    assert recorder.fractions[-1] == 1.0


def test_grey_photo_stays_grey_where_a_step_tints():
    grey = np.repeat(_picture(100, 100)[..., :1], 3, axis=2)
    tint = np.array([1.0, 0.98, 1.02], np.float32)
    work = ToyWork(lambda tile, region: tile * tint * 0.9)
    result = _run(grey, work, keep_grey=True).pixels
    assert np.array_equal(result[..., 0], result[..., 1])
    assert np.array_equal(result[..., 0], result[..., 2])
    assert np.abs(result[..., 0] - grey[..., 0] * 0.9).max() < 2


def test_memory_beyond_the_output_follows_the_tile_and_not_the_photo():
    peaks = []
    for side in (512, 2048):
        pixels = _picture(side, side, np.uint8)
        work = partial(_run, pixels, ToyWork(overlap_px=16), tile_px=128)
        result, peak = with_peak_bytes(work)
        peaks.append(peak - result.pixels.nbytes)
    assert peaks[1] < peaks[0] + 2_000_000


def test_a_step_that_returns_the_wrong_shape_is_a_bug():
    with pytest.raises(ValueError, match="of a tile"):
        _run(_picture(64, 64), ToyWork(lambda tile, region: tile[1:]))


class TestRegion:
    def test_aligned_grows_to_multiples(self):
        assert Region(5, 17, 10, 10).aligned(8) == Region(0, 16, 16, 16)

    def test_intersection_of_strangers_is_empty(self):
        assert Region(0, 0, 4, 4).intersection(Region(9, 9, 2, 2)).area == 0

    def test_relative_and_scaled(self):
        inner = Region(10, 20, 5, 6)
        assert inner.relative_to(Region(8, 15, 50, 50)) == Region(2, 5, 5, 6)
        assert inner.scaled(2) == Region(20, 40, 10, 12)

    def test_grown_and_clipped(self):
        assert Region(0, 0, 4, 4).grown(2).intersection(Region(0, 0, 5, 5)) == Region(0, 0, 5, 5)


def test_batches_hold_every_tile_once_in_powers_of_two_of_one_size():
    tiles = [Region(0, 8 * index, 8, 8) for index in range(7)] + [Region(0, 0, 8, 16)] * 3
    batches = list(batches_of_one_size(tiles, 4 * 8 * 8))
    assert sorted(index for batch in batches for index in batch) == list(range(10))
    assert [len(batch) for batch in batches] == [4, 2, 1, 2, 1]
    assert all(len({tiles[index].area for index in batch}) == 1 for batch in batches)
    assert list(batches_of_one_size(tiles[:2], 1)) == [[0], [1]]
