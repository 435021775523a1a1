# SPDX-License-Identifier: Apache-2.0
"""How a file of this folder says that its network can be built by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn


@dataclass(frozen=True)
class Architecture:
    """A row at the end of a network's file, named `ARCHITECTURE`.

    Attributes:
        build: makes the network with random weights from the config in a checkpoint's header.
        task: what networks of it do, for the headers of new checkpoints; "" where the step that
            they serve says it.
    """

    build: Callable[..., nn.Module]
    task: str = ""
