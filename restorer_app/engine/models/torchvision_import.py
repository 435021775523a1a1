# SPDX-License-Identifier: Apache-2.0
"""Imports torchvision where its compiled operators do not load.

A torchvision wheel built for CUDA beside a CPU-only torch cannot load its `_C` library, and then
its import dies of `operator torchvision::nms does not exist`: it registers fake kernels for two
operators that nobody declared. Declaring their schemas first makes transforms, models and utils
work; only the box operators themselves stay unavailable, and nothing here uses those.

Everything that needs torchvision, directly or through another package (spandrel),
calls `import_torchvision` first.
"""

from __future__ import annotations

import importlib
import sys
from functools import cache
from types import ModuleType
from typing import Any

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_libraries: list[Any] = []  # a torch Library takes its declarations along when it is collected


@cache
def import_torchvision() -> ModuleType:
    """The torchvision package, imported in a way that works beside any torch.

    Raises:
        ImportError: torchvision is not installed.
    """
    # Plainly first: where `_C` does load, it brings its own schemas, and declaring them twice
    # is an error.
    try:
        return importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
    for name in [each for each in sys.modules if each.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
    import torch  # the caller may be a program that never needs torch

    library: Any = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    for schema in _SCHEMAS:
        library.define(schema)
    _libraries.append(library)
    return importlib.import_module("torchvision")
