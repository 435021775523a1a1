# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from toy_network import write_network

torch = pytest.importorskip("torch")

from restorer_app.engine.core.errors import InvalidPlanError
from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.engine.models.checkpoint import read_header
from restorer_app.engine.models.session import Session
from restorer_app.engine.models.tasks import FILL, FIND_DAMAGE, task_of_file


@pytest.mark.parametrize(
    ("step", "architecture", "task"),
    [
        ("damage", "inpainting_unet", FILL),
        ("damage", "damage_unet", FIND_DAMAGE),
        ("damage", "", FIND_DAMAGE),
        ("denoise", "restoration_unet", "denoise"),
        ("upscale", "ESRGAN", "upscale"),
        ("", "", ""),
    ],
)
def test_files_of_the_first_version_name_a_step_only(step, architecture, task):
    assert task_of_file(step, architecture) == task


@pytest.fixture
def catalogue(tmp_path):
    """One network of the user's, whose file says that it does one of several tasks of a step."""
    path = tmp_path / "trained" / "finder.safetensors"
    write_network(path, "finder", step="faces", task="detect faces")
    return Catalogue(tmp_path / "shipped", tmp_path)


def test_a_file_can_say_its_task(catalogue):
    entry = catalogue.find("finder")
    assert (entry.step, entry.task) == ("faces", "detect faces")
    assert read_header(entry.path).task == "detect faces"
    assert Session("cpu", catalogue).choose("detect faces", "finder").name == "finder"


def test_a_network_is_not_chosen_for_another_task(catalogue):
    session = Session("cpu", catalogue)
    with pytest.raises(InvalidPlanError, match="is to detect faces, not to faces"):
        session.choose("faces", "finder")
    with pytest.raises(InvalidPlanError, match="for faces, not for denoise"):
        session.choose("denoise", "finder")


def test_a_file_that_needs_no_task_has_none(tmp_path):
    write_network(tmp_path / "a.safetensors")
    assert b"task" not in (tmp_path / "a.safetensors").read_bytes()[:2000]
