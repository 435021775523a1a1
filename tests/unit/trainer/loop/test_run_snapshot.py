# SPDX-License-Identifier: Apache-2.0
"""A disk that takes no more, as the operating system tells it: the checkpoint before is kept."""

from __future__ import annotations

import pytest
import torch

from restorer_app.engine.files.atomic import describe_os_error
from trainer.loop.snapshot import LAST, read_snapshot, write_snapshot

resource = pytest.importorskip("resource", reason="Windows limits no files")


def test_a_checkpoint_that_does_not_fit_leaves_the_one_before(tmp_path) -> None:
    path = tmp_path / LAST
    write_snapshot(path, {"step": 1})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        # torch writes through C++, which must not turn the system's error into another.
        with pytest.raises(OSError) as raised:
            write_snapshot(path, {"step": 2, "weights": torch.zeros(100_000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "larger than this disk allows" in describe_os_error(raised.value)
    assert read_snapshot(path)["step"] == 1
    assert list(tmp_path.iterdir()) == [path]
