# SPDX-License-Identifier: Apache-2.0
"""Reads thousands of damaged and hostile files, each in a child process with limits.

    python -m tests.fuzz --cases 2000 --seconds 600 [--only PNG TIFF] [--seed 1] [--keep FOLDER]

Not a part of the test suite: it takes as long as it is given. It ends with 1 where something else
happened than "fine" or "refused in a sentence"; the files that did it are in the folder of --keep.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support"), str(HERE.parents[1])]

from kinds import KINDS, Kind
from mutations import damaged

OUTCOMES = ("fine", "refused", "foreign", "memory", "hang", "crash")
GOOD = ("fine", "refused")
SECONDS_PER_CASE = 10.0
_SECONDS_TO_START = 60.0


class Child:
    """A process that reads files; a new one takes its place when it dies or hangs."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        self._warm: set[str] = set()

    def read(self, kind: str, path: Path) -> tuple[str, str]:
        """Outcome and detail."""
        process = self._running()
        assert process.stdin is not None
        # The first file of each kind loads the libraries that it needs.
        seconds = SECONDS_PER_CASE + (0 if kind in self._warm else _SECONDS_TO_START)
        self._warm.add(kind)
        try:
            process.stdin.write(json.dumps({"kind": kind, "path": str(path)}) + "\n")
            process.stdin.flush()
            answer = self._answers.get(timeout=seconds)
        except (OSError, queue.Empty):
            answer = None
        if answer:
            told = json.loads(answer)
            return told["outcome"], told["detail"]
        code = process.poll() if answer is None else process.wait()
        self.stop()
        return ("hang", "") if code is None else ("crash", f"exit status {code}")

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._answers, self._warm = queue.Queue(), set()
            paths = os.pathsep.join(sys.path[:3])
            self._process = subprocess.Popen(
                [sys.executable, str(HERE / "child.py")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
            )
            threading.Thread(target=self._listen, args=(self._process, self._answers)).start()
        return self._process

    @staticmethod
    def _listen(process: subprocess.Popen[str], answers: queue.Queue[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            answers.put(line)
        answers.put("")  # it died


def cases(kinds: list[Kind], count: int, seed: int) -> Iterator[tuple[Kind, str, bytes]]:
    """Sound files and bombs once each, then damaged files, one of each kind in turn."""
    examples = {kind.name: kind.examples() for kind in kinds}
    for kind in kinds:
        for name, data in {**examples[kind.name], **kind.bombs()}.items():
            yield kind, name, data
    dice = random.Random(seed)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        name, data = dice.choice(sorted(examples[kind.name].items()))
        yield kind, name, damaged(data, dice, is_text=kind.is_text)


def main() -> int:
    """Run; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__.split("\n")[0]
    )
    parser.add_argument(
        "--cases", type=int, default=500, help="damaged files, of all kinds together"
    )
    parser.add_argument("--seconds", type=float, default=600.0, help="stop after so long")
    parser.add_argument("--seed", type=int, default=0, help="another seed damages otherwise")
    parser.add_argument(
        "--only", nargs="+", default=None, help="kinds, by their names in the table"
    )
    parser.add_argument(
        "--keep", type=Path, default=None, help="folder for the files that did harm"
    )
    options = parser.parse_args()
    kinds = [kind for kind in KINDS if options.only is None or kind.name in options.only]
    counts: dict[str, Counter[str]] = {kind.name: Counter() for kind in kinds}
    slowest: dict[str, float] = dict.fromkeys(counts, 0.0)
    harm: Counter[str] = Counter()
    child, end = Child(), time.monotonic() + options.seconds
    with tempfile.TemporaryDirectory() as folder:
        for number, (kind, name, data) in enumerate(cases(kinds, options.cases, options.seed)):
            if time.monotonic() > end:
                break
            path = Path(folder) / name
            path.write_bytes(data)
            begun = time.monotonic()
            outcome, detail = child.read(kind.name, path)
            slowest[kind.name] = max(slowest[kind.name], time.monotonic() - begun)
            counts[kind.name][outcome] += 1
            if outcome not in GOOD:
                what = f"{kind.name}: {outcome} {detail}"
                harm[what] += 1
                if options.keep is not None and harm[what] == 1:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    (options.keep / f"{number}_{outcome}_{name}").write_bytes(data)
    child.stop()
    print_table(counts, slowest, harm)
    return 1 if harm else 0


def print_table(
    counts: dict[str, Counter[str]], slowest: dict[str, float], harm: Counter[str]
) -> None:
    """One row for each kind, then what did harm and how often."""
    print(f"{'kind':16}" + "".join(f"{each:>9}" for each in OUTCOMES) + "  slowest")
    for name, found in counts.items():
        row = "".join(f"{found[each]:9}" for each in OUTCOMES)
        print(f"{name:16}{row} {slowest[name]:7.1f}s")
    for what, times in harm.most_common():
        print(f"{times:5} × {what}")


if __name__ == "__main__":
    sys.exit(main())
