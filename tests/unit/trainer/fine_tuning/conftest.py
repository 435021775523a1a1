# SPDX-License-Identifier: Apache-2.0
"""The program as whole fine-tuning runs see it: tiny networks, a data folder of the test's own."""

import os
from pathlib import Path

import pytest
from tuning_program import write_tiny_resources

from restorer_app.engine.models.catalogue import Catalogue


@pytest.fixture(scope="module")
def resources(tmp_path_factory) -> Path:
    """What comes with the program; a module may have its own."""
    return write_tiny_resources(tmp_path_factory.mktemp("resources"))


@pytest.fixture
def program(resources, tmp_path, monkeypatch) -> None:
    """Resources and data folder are the test's; its child processes have them too."""
    monkeypatch.setenv("RESTORER_RESOURCES", str(resources))
    monkeypatch.setenv("RESTORER_DATA", str(tmp_path / "data"))
    # A hundred small files; flushing each to a busy disk takes longer than all the rest.
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def catalogue(resources, tmp_path) -> Catalogue:
    """Of the program's networks and those that a test keeps."""
    return Catalogue(resources / "models", tmp_path / "data" / "models")
