# SPDX-License-Identifier: Apache-2.0
"""Texts for people: the README stays short, links lead somewhere, the top level stays as it is."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [
    path
    for pattern in ("*.md", ".github/**/*.md", "restorer_app/**/*.md", "trainer/**/*.md")
    for path in sorted(ROOT.glob(pattern))
] + [path for room in ("packaging", "tests") for path in sorted((ROOT / room).rglob("*.md"))]
TOP_LEVEL = {"LICENSE", "README.md", "packaging", "pyproject.toml", "resources"} | {
    "restorer_app",
    "tests",
    "trainer",
}
_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(text: str) -> set[str]:
    """What `#anchor` may name in a text, in GitHub's way of writing headings."""
    headings = re.findall(r"^#+ (.+)$", _CODE.sub("", text), re.MULTILINE)
    kept = [re.sub(r"[^\w\- ]", "", each.lower()) for each in headings]
    return {each.replace(" ", "-") for each in kept}


def test_the_readme_has_at_most_100_lines():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 100


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    for link in _LINK.findall(_CODE.sub("", text)):
        if link.startswith(("https://", "http://")):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


def test_files_that_texts_name_are_there():
    """A path in backquotes that begins with one of the rooms is a file or folder."""
    named = re.compile(r"`((?:restorer_app|trainer|tests|packaging|resources)/[\w./-]+)`")
    gone = {
        f"{path.relative_to(ROOT).as_posix()}: {name}"
        for path in TEXTS
        for name in named.findall(path.read_text(encoding="utf-8"))
        if "NAME" not in name and not (ROOT / name).exists()
    }
    assert gone == set()


def defined(path: Path) -> set[str]:
    """Names that a module defines, and those of its classes as `Class.name`."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        found |= _names(node)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{name}" for each in node.body for name in _names(each)}
    return found


def _names(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {each.id for each in targets if isinstance(each, ast.Name)}


def test_the_walk_of_a_photo_names_what_is_there():
    text = (ROOT / "restorer_app" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"\| `(restorer_app/\S+\.py)` \| (.+) \|$", text, re.MULTILINE)
    assert len(rows) > 20
    gone = {
        f"{name} in {path}"
        for path, names in rows
        for name in re.findall(r"`(.+?)`", names)
        if name not in defined(ROOT / path)
    }
    assert gone == set()


def test_nothing_new_lies_at_the_top():
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    done = subprocess.run(
        [git, "ls-files"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    top = {line.partition("/")[0] for line in done.stdout.splitlines()}
    assert {each for each in top if not each.startswith(".")} == TOP_LEVEL
