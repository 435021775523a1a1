# SPDX-License-Identifier: Apache-2.0
"""`restorer bench`: what each step costs on this computer."""

from __future__ import annotations

import argparse

import numpy as np

from restorer_app.command_line.console import ConsoleProgress, interruptible
from restorer_app.command_line.parser import UsageProblem
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.models.session import Session
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.pipeline.report import peak_memory_bytes
from restorer_app.engine.steps.catalogue import STEP_ORDER

_LARGEST_MP = 400.0
_BAND_ROWS = 256


def run_bench(options: argparse.Namespace) -> int:
    """Run every step once over a made picture and print seconds per megapixel.

    Raises:
        UsageProblem: the size is not sensible.
        DeviceUnavailableError: the device is not in this computer.
        Cancelled: Ctrl-C.
    """
    if not 0.01 <= options.size <= _LARGEST_MP:
        raise UsageProblem(f"restorer bench: --size is from 0.01 to {_LARGEST_MP:.0f} megapixels.")
    photo = made_photo(options.size)
    session = Session(options.device)
    print(f"{photo.width} x {photo.height} pixels, {photo.megapixels:.2f} megapixels")
    print(f"{'step':<10}{'s/MP':>8}{'s':>9}  {'device':<8}{'tile':>6}  model")
    with interruptible() as cancel, ConsoleProgress("bench") as progress:
        for index, step in enumerate(STEP_ORDER):
            part = progress.part(index / len(STEP_ORDER), (index + 1) / len(STEP_ORDER), step)
            plan = RestorePlan().with_only([step])
            done = restore(photo, plan, session=session, progress=part, cancel=cancel)
            report = done.report.step(step)
            per_megapixel = report.seconds / photo.megapixels
            progress.say(
                f"{step:<10}{per_megapixel:>8.3f}{report.seconds:>9.2f}  {report.device:<8}"
                f"{report.tile_px:>6}  {report.model}"
            )
    print(f"peak memory {peak_memory_bytes() / 2**20:.0f} MiB")
    return 0


def made_photo(megapixels: float) -> Photo:
    """A picture with smooth areas, edges, grain, scratches and little contrast, 3:2, seeded."""
    height = max(8, round((megapixels * 1e6 / 1.5) ** 0.5))
    width = max(8, round(height * 1.5))
    random = np.random.default_rng(2)
    columns = np.linspace(0, 12, width, dtype=np.float32)[None, :]
    pixels = np.empty((height, width, 3), np.uint8)
    # In bands: as a whole, the noise of 100 megapixels would decide the peak of memory.
    for top in range(0, height, _BAND_ROWS):
        band = pixels[top : top + _BAND_ROWS]
        rows = np.arange(top, top + len(band), dtype=np.float32)[:, None] * np.float32(9 / height)
        for channel, (low, high) in enumerate(((90, 190), (75, 165), (60, 130))):
            plane = np.sin(rows + channel * 0.3) * np.cos(columns)
            plane += 0.4 * (np.sin(3 * rows) * np.sin(4 * columns) > 0.3)
            plane += random.standard_normal(plane.shape, np.float32) * 0.08
            band[..., channel] = low + np.clip((plane + 1.5) / 3, 0, 1) * (high - low)
    for column in random.integers(0, width, max(1, width // 400)):
        pixels[:, column] = 235
    return Photo(pixels)
