# SPDX-License-Identifier: Apache-2.0
"""What is packed into a wheel is what the checkout holds."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_package_is_packed():
    found = {
        ".".join(file.parent.relative_to(ROOT).parts)
        for top in ("restorer_app", "trainer")
        for file in (ROOT / top).rglob("__init__.py")
    }
    packed = set(_project()["tool"]["setuptools"]["packages"])
    assert packed == found | {"restorer_app.resources"}


def test_every_resource_matches_a_packed_pattern():
    patterns = _project()["tool"]["setuptools"]["package-data"]["restorer_app.resources"]
    packed = {file for pattern in patterns for file in (ROOT / "resources").glob(pattern)}
    assert {file for file in (ROOT / "resources").rglob("*") if file.is_file()} <= packed


def test_ci_runs_the_command_that_the_readme_prints():
    command = re.search(r"^command='(.+)'$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert command
    assert command[1] in (ROOT / "README.md").read_text(encoding="utf-8")


def test_networks_stay_under_40_megabytes():
    assert sum(file.stat().st_size for file in (ROOT / "resources/models").glob("*")) < 40e6
