# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import importlib
import os
import threading

import psutil
import pytest

from restorer_app.engine.core import device as device_module
from restorer_app.engine.core.device import (
    CPU_TILE_PX,
    cpu_device,
    device_lock,
    import_torch,
    is_out_of_memory,
    prepare_thread,
    resolve_device,
    torch_thread_count,
)
from restorer_app.engine.core.errors import DeviceUnavailableError
from restorer_app.engine.models.torchvision_import import import_torchvision


def test_cpu_is_there_without_torch():
    found = resolve_device("cpu")
    assert found.kind == "cpu"
    assert found.tile_px == CPU_TILE_PX
    assert found.memory_bytes == psutil.virtual_memory().total


def test_unknown_device_names_the_known_ones():
    with pytest.raises(DeviceUnavailableError, match="auto, cpu, cuda, mps"):
        resolve_device("gpu")


def test_missing_devices_say_what_to_do(monkeypatch):
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(DeviceUnavailableError, match=r"NVIDIA.*choose auto or cpu"):
        resolve_device("cuda")
    with pytest.raises(DeviceUnavailableError, match=r"Apple.*choose auto or cpu"):
        resolve_device("mps")
    assert resolve_device("auto") == cpu_device()


@pytest.mark.parametrize(("gigabytes", "tile_px"), [(2, 512), (8, 1024), (24, 2048)])
def test_tiles_grow_with_the_memory_of_the_card(monkeypatch, gigabytes, tile_px):
    torch = pytest.importorskip("torch")

    class Card:
        name = "Toy 9000"
        total_memory = gigabytes << 30

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda index: Card)
    found = resolve_device("auto")
    assert (found.kind, found.name, found.tile_px) == ("cuda", "Toy 9000", tile_px)


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 2), (4, 3), (16, 15)])
def test_one_core_is_left_for_the_window_where_there_are_more_than_two(monkeypatch, cores, threads):
    if hasattr(device_module.os, "sched_getaffinity"):
        monkeypatch.setattr(device_module.os, "sched_getaffinity", lambda pid: set(range(cores)))
    monkeypatch.setattr(device_module.os, "cpu_count", lambda: cores)
    monkeypatch.setattr(device_module.psutil, "cpu_count", lambda logical: cores)
    assert torch_thread_count() == threads


def test_threads_are_set_inside_each_thread(monkeypatch):
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(device_module, "torch_thread_count", lambda: 1)
    seen = []

    def work():
        prepare_thread()
        seen.append(torch.get_num_threads())

    for _ in range(2):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert seen == [1, 1]


def test_one_lock_per_device():
    assert device_lock("cpu") is device_lock("cpu")
    assert device_lock("cpu") is not device_lock("cuda")


def test_only_memory_counts_as_out_of_memory():
    assert is_out_of_memory(MemoryError())
    assert is_out_of_memory(
        RuntimeError("[enforce fail] . DefaultCPUAllocator: can't allocate memory")
    )
    assert not is_out_of_memory(RuntimeError("CUDA error: an illegal memory access"))
    assert not is_out_of_memory(ValueError("can't allocate memory"))


def test_metal_fallback_is_on_for_torch(monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.delenv("PYTORCH_ENABLE_MPS_FALLBACK", raising=False)
    import_torch()
    assert os.environ["PYTORCH_ENABLE_MPS_FALLBACK"] == "1"


def test_torchvision_imports_beside_any_torch():
    torch = pytest.importorskip("torch")
    vision = import_torchvision()
    assert import_torchvision() is vision
    grid = importlib.import_module("torchvision.utils").make_grid(torch.ones(4, 3, 8, 8), nrow=2)
    assert grid.shape == (3, 22, 22)
