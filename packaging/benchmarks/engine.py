# SPDX-License-Identifier: Apache-2.0
"""Measures what Restorer costs on this computer; prints tables and, with --json, writes them.

    python packaging/benchmarks/engine.py [--sizes 2 12 48 100] [--json FILE] [--only engine|window]

Each engine measurement runs in a process of its own, so that peak memory is that step's alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SIZES_MP = (2.0, 12.0, 48.0, 100.0)
_WARM_UP_MP = 0.25
WHOLE = "read+auto+write"
"""The whole of `restorer restore`: file in, every step that auto chooses, file out."""


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=float, nargs="+", default=list(SIZES_MP), metavar="MP")
    parser.add_argument("--json", type=Path, help="also write the numbers here")
    parser.add_argument("--only", choices=("engine", "window"), help="half of the benchmark")
    parser.add_argument("--child", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(_CHILDREN[options.child[0]](*options.child[1:])))
        return
    results: dict[str, Any] = {"computer": _computer()}
    print(json.dumps(results["computer"]))
    if options.only != "window":
        results["steps"] = measure_steps(options.sizes)
        results["networks"] = run_child("networks")
        print_networks(results["networks"])
    if options.only != "engine":
        results["window"] = {"start": run_child("start"), "responsiveness": run_child("respond")}
        print(json.dumps(results["window"], indent=1))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


def run_child(*arguments: str) -> Any:
    """Run one measurement in a fresh process and return its JSON.

    Raises:
        SystemExit: it failed; its errors were printed.
    """
    command = [sys.executable, __file__, "--child", *arguments]
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(f"measuring {' '.join(arguments)} failed")
    return json.loads(done.stdout.splitlines()[-1])


def measure_steps(sizes_mp: list[float]) -> list[dict[str, Any]]:
    """Time and memory of each step at each size, as rows; printed as they come."""
    from restorer_app.engine.steps.catalogue import STEP_ORDER

    rows = []
    print(f"{'step':<18}{'MP':>6}{'s/MP':>9}{'peak MiB':>10}  model")
    for step in (*STEP_ORDER, WHOLE):
        for size in sizes_mp:
            row = run_child("step", step, str(size))
            rows.append(row)
            print(
                f"{step:<18}{size:>6.0f}{row['seconds_per_mp']:>9.3f}{row['peak_mib']:>10.0f}"
                f"  {row['model']}",
                flush=True,
            )
    return rows


def measure_step(step: str, size_mp: str) -> dict[str, Any]:
    """One step, or the whole restore, on one made photo."""
    from restorer_app.command_line.made_photo import made_photo
    from restorer_app.engine.pipeline.pipeline import restore
    from restorer_app.engine.pipeline.plan import RestorePlan
    from restorer_app.engine.pipeline.report import peak_memory_bytes
    from restorer_app.engine.steps.catalogue import STEP_ORDER

    photo = made_photo(float(size_mp))
    # Loading torch and the weights costs the first photo of a day a second or two, not each.
    restore(made_photo(_WARM_UP_MP), RestorePlan().with_only(STEP_ORDER))
    if step == WHOLE:
        seconds, model = _restore_file(photo)
    else:
        report = restore(photo, RestorePlan().with_only([step])).report.step(step)
        seconds, model = report.seconds, report.model
    return {
        "step": step,
        "megapixels": photo.megapixels,
        "seconds_per_mp": seconds / photo.megapixels,
        "peak_mib": peak_memory_bytes() / 2**20,
        "model": model,
    }


def _restore_file(photo: Any) -> tuple[float, str]:
    import tempfile

    from restorer_app.engine.files.read import read_photo
    from restorer_app.engine.files.write import write_photo
    from restorer_app.engine.pipeline.pipeline import restore
    from restorer_app.engine.pipeline.plan import RestorePlan

    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.jpg", Path(folder) / "out.jpg"
        write_photo(photo, source)
        del photo
        started = time.perf_counter()
        done = restore(read_photo(source), RestorePlan())
        write_photo(done.photo, target)
        seconds = time.perf_counter() - started
    ran = [step.name for step in done.report.steps if step.ran]
    return seconds, "+".join(ran) or "nothing"


def measure_window_start() -> dict[str, Any]:
    """See `window.measure_start`."""
    from window import measure_start

    return measure_start()


def measure_window_responsiveness() -> dict[str, Any]:
    """See `window.measure_responsiveness`; on a photo of 12 megapixels."""
    from window import measure_responsiveness

    from restorer_app.command_line.made_photo import made_photo

    return measure_responsiveness(made_photo(12.0))


def measure_networks() -> list[dict[str, Any]]:
    """How near each shipped full-resolution network comes to the matrix product's speed."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from restorer_app.engine.models.session import Session

    session = Session("cpu")
    peak = _matrix_gflops(torch)
    rows = []
    for entry in session.catalogue.entries():
        if entry.is_foreign or entry.step != "denoise":
            continue
        module = session.network(session.choose(entry.task, entry.name)).module
        side = 768
        tile = torch.rand(1, 3, side, side).contiguous(memory_format=torch.channels_last)
        with session.computing():
            with FlopCounterMode(display=False) as counter:
                module(tile)
            started = time.perf_counter()
            for _ in range(3):
                module(tile)
            seconds = (time.perf_counter() - started) / 3
        flops = counter.get_total_flops()
        rows.append(
            {
                "model": entry.name,
                "gflop_per_mp": flops / side**2 / 1e3,
                "seconds_per_mp": seconds / side**2 * 1e6,
                "gflops": flops / seconds / 1e9,
                "matrix_product_gflops": peak,
                "share": flops / seconds / 1e9 / peak,
            }
        )
    return rows


def _matrix_gflops(torch: Any) -> float:
    side, repeats = 2048, 5
    left, right = torch.rand(side, side), torch.rand(side, side)
    left @ right
    started = time.perf_counter()
    for _ in range(repeats):
        left @ right
    return float(repeats * 2 * side**3 / (time.perf_counter() - started) / 1e9)


def print_networks(rows: list[dict[str, Any]]) -> None:
    """The networks' arithmetic, speed and share of the matrix product's."""
    for row in rows:
        print(
            f"{row['model']}: {row['gflop_per_mp']:.1f} GFLOP/MP, {row['seconds_per_mp']:.2f} s/MP,"
            f" {row['gflops']:.0f} GFLOP/s = {row['share']:.0%} of the matrix product's"
        )


def _computer() -> dict[str, Any]:
    import psutil

    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
    }


_CHILDREN: dict[str, Any] = {
    "step": measure_step,
    "networks": measure_networks,
    "start": measure_window_start,
    "respond": measure_window_responsiveness,
}

if __name__ == "__main__":
    main()
