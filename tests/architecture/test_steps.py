# SPDX-License-Identifier: Apache-2.0
"""A step is known by its folder and by one line in the catalogue of steps; nothing else names it.

The trainer is left out: what it teaches has words of its own, and a new step needs none of them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from restorer_app.engine.steps.catalogue import STEPS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "restorer_app/engine/steps/"

WORDS = {
    "restorer_app/engine/models/tasks.py": "the step that headers of 0.1 name",
    "restorer_app/engine/models/model_import.py": "what networks of other programs are for",
    "restorer_app/command_line/photos/run.py": "the option `--style`, which may name a picture",
    "restorer_app/command_line/photos/style_pictures.py": "what a picture becomes without a name",
    "restorer_app/command_line/fine_tune.py": "the kind of network to teach",
    "restorer_app/command_line/tuning.py": "words for kinds of network to teach",
    "restorer_app/ui/fine_tuning/plan_page.py": "the kind of network that old scans teach",
    "restorer_app/workers/training/report.py": "the kind of network in reports of 0.1",
}
"""Where the name of a step may stand as a word, and why."""

FEATURES = {
    "restorer_app/command_line/photos/style_pictures.py": "a picture can become a style",
    "restorer_app/ui/document/document.py": "holds the masks of damage and of the style",
    "restorer_app/ui/mask/": "the mask tool marks damage, and where the style goes",
    "restorer_app/ui/styles/": "the gallery of styles",
    "restorer_app/workers/jobs/": "find damage for the mask tool, hand masks over, render styles",
}
"""What is about one step by nature and may take it from its folder, and why."""

# Words that mean something else where they stand.
OTHER_MEANINGS = {
    ("restorer_app/ui/styles/dock.py", "style"): "the folder last used for files of styles",
    ("restorer_app/ui/styles/mode.py", "style"): "the field of the config",
    ("restorer_app/ui/styles/own_styles.py", "style"): "a file's name",
}


def names() -> set[str]:
    """What steps are called."""
    return {each.name for each in STEPS}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the program outside the steps' own folder, with its path."""
    for path in sorted((ROOT / "restorer_app").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(FOLDER):
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def words(tree: ast.AST) -> set[str]:
    """Texts that are nothing but the name of a step."""
    texts = {each.value for each in ast.walk(tree) if isinstance(each, ast.Constant)}
    return {each for each in texts if isinstance(each, str)} & names()


def taken(tree: ast.AST) -> set[str]:
    """What is imported of a single step: its config or its description."""
    folders = {f"{FOLDER}{name}/".replace("/", ".") for name in names()}
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            parts = node.module.rsplit(".", 1)
            if parts[-1] in ("config", "description") and f"{parts[0]}." in folders:
                found |= {alias.name for alias in node.names}
    return found


def allowed(name: str, table: dict[str, str]) -> bool:
    """Whether a module, or a folder that it is in, stands in a table."""
    return any(name == key or (key.endswith("/") and name.startswith(key)) for key in table)


def test_nothing_else_names_a_step():
    found = [
        f"{name}: {word!r}"
        for name, tree in modules()
        for word in sorted(words(tree))
        if not allowed(name, WORDS) and (name, word) not in OTHER_MEANINGS
    ]
    assert found == []


def test_only_features_about_one_step_take_it_from_its_folder():
    found = [
        f"{name}: {each}"
        for name, tree in modules()
        for each in sorted(taken(tree))
        if not allowed(name, FEATURES)
    ]
    assert found == []


def test_the_lists_of_exceptions_are_no_longer_than_they_must_be():
    known = dict(modules())
    for table, look in ((WORDS, words), (FEATURES, taken)):
        for key in table:
            assert any(look(tree) for name, tree in known.items() if allowed(name, {key: ""})), key
    for name, word in OTHER_MEANINGS:
        assert word in words(known[name]), name


def test_each_step_is_a_folder_with_its_name():
    for step in STEPS:
        assert type(step).__module__ == f"restorer_app.engine.steps.{step.name}.description"
