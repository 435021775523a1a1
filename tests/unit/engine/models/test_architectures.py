# SPDX-License-Identifier: Apache-2.0
"""Each architecture is one file with its network and its registration."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("torch")

from torch import nn

from restorer_app.engine.models import networks
from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.tasks import task_of_file


def test_every_registered_file_is_listed_and_every_listed_one_registers():
    (folder,) = networks.__path__
    files = Path(folder).glob("*.py")
    registered = {
        each.stem for each in files if re.search(r"^ARCHITECTURE = ", each.read_text(), re.M)
    }
    assert registered == set(ARCHITECTURES)
    for name in ARCHITECTURES:
        assert issubclass(ARCHITECTURES[name], nn.Module)


def test_others_are_unknown():
    assert "blocks" not in ARCHITECTURES
    with pytest.raises(KeyError):
        ARCHITECTURES["blocks"]


@pytest.mark.parametrize("name", ["damage_unet", "inpainting_unet"])
def test_new_files_say_the_task_that_old_ones_have(name):
    assert ARCHITECTURES.row(name).task == task_of_file("damage", name)
