# SPDX-License-Identifier: Apache-2.0
"""What the networks run on, and what must be set before and while they do.

torch is imported inside the functions: a job of classical steps never pays for it (1 to 3 s).
"""

from __future__ import annotations

import gc
import os
import platform
import sys
import threading
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import psutil

from restorer_app.engine.core.errors import DeviceUnavailableError

DEVICE_CHOICES = ("auto", "cpu", "cuda", "mps")
CPU_TILE_PX = 512
"""Side of a tile on the processor: cancelling is answered between tiles, and at 1.2 s per
megapixel a tile of this size with its overlap takes about half a second."""
MIN_TILE_PX = 64
"""Below this the overlap costs more than the tile, so running out of memory is final."""

_GPU_TILE_PX = ((20 << 30, 2048), (6 << 30, 1024))
_thread_state = threading.local()
_test_results: dict[str, str] = {}
_locks: dict[str, threading.RLock] = {}


@dataclass(frozen=True)
class Device:
    """One device of this computer.

    Attributes:
        kind: torch's name of it: cpu, cuda or mps.
        name: for a person, e.g. "NVIDIA GeForce RTX 3060".
        memory_bytes: its whole memory; the computer's for cpu and mps.
        tile_px: side of the tiles it starts with.
        in_place_of: the name of another that failed its test; "" where none did.
    """

    kind: str
    name: str
    memory_bytes: int
    tile_px: int
    in_place_of: str = ""


def import_torch() -> ModuleType:
    """Import torch the way the program needs it; cheap after the first call."""
    # Read by torch when it is loaded: operators that Metal lacks then run on the processor.
    os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")
    import torch  # see the module's docstring

    return torch


def resolve_device(choice: str = "auto") -> Device:
    """The device for a choice of the user.

    Args:
        choice: one of `DEVICE_CHOICES`; auto takes CUDA, then Metal, then the processor.

    Raises:
        DeviceUnavailableError: this computer does not have it.
    """
    if choice not in DEVICE_CHOICES:
        raise DeviceUnavailableError(
            f"There is no device called {choice!r}; choose one of: {', '.join(DEVICE_CHOICES)}."
        )
    if choice == "cpu":
        return cpu_device()
    torch = import_torch()
    if choice in ("auto", "cuda") and torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(0)
        return _gpu_device("cuda", properties.name, properties.total_memory)
    if choice in ("auto", "mps") and torch.backends.mps.is_available():
        return _gpu_device("mps", "Apple GPU (Metal)", psutil.virtual_memory().total)
    if choice == "auto":
        return cpu_device()
    title = {"cuda": "NVIDIA graphics card (CUDA)", "mps": "Apple graphics processor (Metal)"}
    raise DeviceUnavailableError(
        f"This computer has no {title[choice]} that PyTorch can use; choose auto or cpu instead."
    )


def cpu_device() -> Device:
    """The processor; needs no torch."""
    name = platform.processor() or platform.machine()
    return Device("cpu", name, psutil.virtual_memory().total, CPU_TILE_PX)


def _gpu_device(kind: str, name: str, memory_bytes: int) -> Device:
    fitting = (side for least, side in _GPU_TILE_PX if memory_bytes >= least)
    return Device(kind, name, memory_bytes, next(fitting, CPU_TILE_PX))


def torch_thread_count() -> int:
    """Threads for torch: one core stays free for the window where there are more than two.

    With one or two cores giving one away would halve the speed; there the operating system
    shares fairly, because the window needs little.
    """
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    # Two hyper-threads of one core do not multiply faster than one of them.
    cores = min(usable or 1, psutil.cpu_count(logical=False) or usable or 1)
    return cores - 1 if cores > 2 else cores


def prepare_thread() -> None:
    """Set torch's threads for the calling thread; call it in the thread that will compute.

    A new Python thread starts with torch's default pool, whatever another thread set before.
    """
    if getattr(_thread_state, "is_prepared", False):
        return
    import_torch().set_num_threads(torch_thread_count())
    _thread_state.is_prepared = True


def device_lock(kind: str) -> threading.RLock:
    """The one lock of a device: two jobs at once on it would only fight for its memory."""
    return _locks.setdefault(kind, threading.RLock())


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out and a smaller tile may fit.

    CUDA has a type of its own for it. Metal and torch's allocator of the processor raise a
    plain RuntimeError, so there the message decides; other faults stay what they are.
    """
    if isinstance(error, MemoryError):
        return True
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(error, torch.cuda.OutOfMemoryError):
        return True
    message = str(error)
    return isinstance(error, RuntimeError) and (
        "MPS backend out of memory" in message or "can't allocate memory" in message
    )


def is_device_fault(error: BaseException) -> bool:
    """Whether a graphics processor failed at a computation that the processor may well do.

    torch raises a plain RuntimeError, or a type of its own that derives from it; the message
    names whose fault it was. Other errors are bugs, and stay what they are.
    """
    message = str(error)
    makers = ("CUDA", "cuDNN", "CUDNN", "CUBLAS", "cuBLAS", "HIP error", "MPS", "Metal")
    return isinstance(error, RuntimeError) and any(each in message for each in makers)


def self_test(kind: str) -> str:
    """What is wrong with a device; "" where it computes what the processor does.

    A driver that does not fit its card gives zeros, rubbish or NaN without an error. Done once
    per device; takes a few milliseconds beside the start of the device itself.

    Args:
        kind: see `Device`.
    """
    if kind not in _test_results:
        _test_results[kind] = _tested(kind)
    return _test_results[kind]


def _tested(kind: str) -> str:
    torch = import_torch()
    source = torch.Generator().manual_seed(7)
    picture = torch.rand(1, 8, 64, 64, generator=source)
    weights = torch.rand(8, 8, 3, 3, generator=source) - 0.5

    def answer(device: str) -> Any:
        with torch.inference_mode():
            features = torch.nn.functional.conv2d(picture.to(device), weights.to(device))
            return torch.relu(features).mean((2, 3), keepdim=True).add(features).cpu()

    expected = answer("cpu")
    try:
        found = answer(kind)
    except RuntimeError as error:
        return f"it failed with “{str(error).splitlines()[0][:120]}”" if str(error) else "it failed"
    # The shortened numbers that some cards multiply by default are right to a thousandth.
    if bool((found - expected).abs().max() < 0.01 * expected.abs().max()):
        return ""
    return "it gave wrong results"


def release_memory() -> None:
    """Give cached device memory back, so that a smaller try finds it."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is None:
        return
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()
