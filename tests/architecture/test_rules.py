# SPDX-License-Identifier: Apache-2.0
"""Rules of the project that a reader could forget: layers, circles, banned calls."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("restorer_app", "trainer", "packaging", "tests")
CODE = [path for folder in PLACES for path in sorted((ROOT / folder).rglob("*.py"))]
CLOCKS = {f"time.{name}" for name in ("time", "perf_counter", "monotonic", "thread_time")} | {
    "time.process_time",
    "timeit.timeit",
}
_LICENCE = "# SPDX-License-Identifier: Apache-2.0"


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _calls(path: Path) -> list[tuple[str, ast.Call]]:
    """Dotted names of everything that is called, e.g. ("cv2.imread", node)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [(ast.unparse(node.func), node) for node in nodes]


def test_layers_hold():
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    if command is None:
        pytest.skip("import-linter is an extra for developers")
    done = subprocess.run(
        [command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", CODE, ids=_name)
def test_file_keeps_the_rules(path):
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert not lines or lines[0] == _LICENCE
    for name, call in _calls(path):
        # They fail in silence on paths that the system's code page lacks.
        assert name not in ("cv2.imread", "cv2.imwrite")
        # How long something takes depends on what else the computer does; see tests/README.md.
        # Only the fuzz program, which asserts nothing, has to end what hangs.
        is_test = _name(path).startswith("tests/") and not _name(path).startswith("tests/fuzz/")
        assert name not in CLOCKS or not is_test
        # A frozen build has no sources for it to compile.
        assert name not in ("torch.jit.script", "torch.jit.trace")
        if name == "torch.load":
            safe = [key for key in call.keywords if key.arg == "weights_only"]
            # A pickle may run any program of its author's.
            assert safe, f"{_name(path)}:{call.lineno} loads without weights_only"
            assert ast.unparse(safe[0].value) == "True"


def test_nothing_speaks_of_one_computer():
    """No absolute path of the computer that a file was written on."""
    here = [str(each) for each in (ROOT, Path(sys.prefix), Path.home()) if len(each.parts) > 2]
    usual = [r"(?<![\w.])/(?:work|root|opt|Users)/\w", r"\b[A-Z]:\\+Users\b"]
    pattern = re.compile("|".join([*usual, *(re.escape(each) + r"\b" for each in here)]))
    files = [
        path
        for folder in (*PLACES, "resources", ".ci", ".github")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in (".py", ".toml", ".md", ".txt", ".json", ".sh", ".spec", ".yml", "")
        and path.is_file()
        and path != Path(__file__).resolve()
    ]
    found = [
        f"{_name(path)}: {match.group()}"
        for path in [*files, ROOT / "README.md", ROOT / "pyproject.toml"]
        if path.exists()
        for match in pattern.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []
