# SPDX-License-Identifier: Apache-2.0
"""No circle of files: imports inside functions and those for type checking alone count, too."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("restorer_app", "trainer")


def modules() -> dict[str, Path]:
    """Every module of the program by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(tree: ast.AST, known: set[str]) -> set[str]:
    """The known modules that some code imports, wherever in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            # `from package import module` is about the module, not about the package.
            found |= (names & known) or {node.module}
    return found & known


def circle(graph: dict[str, set[str]]) -> list[str]:
    """One circle as the way around it, its first name again at the end; empty without any."""
    done: set[str] = set()

    def search(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for other in sorted(graph[name]):
            if found := search(other, [*way, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := search(name, []))), [])


def test_a_circle_is_named():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_an_import_counts_wherever_it_stands():
    code = "def f():\n    from a import b\nif TYPE_CHECKING:\n    import c\n"
    assert imports(ast.parse(code), {"a", "a.b", "c", "d"}) == {"a.b", "c"}


def test_no_circle_of_files():
    known = modules()
    graph = {
        name: imports(ast.parse(path.read_text(encoding="utf-8")), set(known)) - {name}
        for name, path in known.items()
    }
    around = circle(graph)
    assert not around, "a circle of files: " + " -> ".join(around)
