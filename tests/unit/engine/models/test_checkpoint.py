# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import os
import struct

import pytest
from toy_network import CONFIG

torch = pytest.importorskip("torch")

from restorer_app.engine.core.errors import (
    CorruptCheckpointError,
    IncompatibleCheckpointError,
    UnknownArchitectureError,
)
from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.checkpoint import (
    FORMAT_VERSION,
    CheckpointHeader,
    load_network,
    read_header,
    save_checkpoint,
    tensor_sha256,
    verify_checkpoint,
)
from restorer_app.engine.models.networks.restoration_unet import RestorationUNet


def _network():
    torch.manual_seed(3)
    return RestorationUNet(**CONFIG)


def _save(path, **changes):
    values = {
        "architecture": "restoration_unet",
        "config": CONFIG,
        "step": "denoise",
        "name": "toy",
        "licence": "Apache-2.0",
        "scores": {"kodak24": {"sigma25": 31.4}},
    }
    return save_checkpoint(path, _network().state_dict(), CheckpointHeader(**values | changes))


def test_network_comes_back_with_the_same_output(tmp_path):
    path = tmp_path / "größe 网络.safetensors"
    written = _save(path)
    network, header = load_network(path, ARCHITECTURES)
    assert header == written == read_header(path) == verify_checkpoint(path, ARCHITECTURES)
    assert len(header.sha256) == 64
    assert header.format_version == FORMAT_VERSION
    assert not network.training
    assert not any(each.requires_grad for each in network.parameters())
    picture = torch.rand(1, 3, 16, 16)
    assert torch.equal(network(picture), _network().eval()(picture))


def test_the_sum_is_of_the_weights_alone(tmp_path):
    first = _save(tmp_path / "a.safetensors", licence="MIT")
    second = _save(tmp_path / "b.safetensors", description="another card")
    assert first.sha256 == second.sha256
    changed = _network()
    next(changed.parameters()).data[0] += 1
    third = save_checkpoint(tmp_path / "c.safetensors", changed.state_dict(), first)
    assert third.sha256 != first.sha256


def test_every_flipped_byte_of_the_weights_is_found(tmp_path):
    path = tmp_path / "a.safetensors"
    _save(path)
    good = path.read_bytes()
    start = 8 + int.from_bytes(good[:8], "little")
    for position in range(start, len(good), max(1, (len(good) - start) // 50)):
        bad = bytearray(good)
        bad[position] ^= 0x10
        path.write_bytes(bad)
        with pytest.raises(CorruptCheckpointError, match="checksum"):
            load_network(path, ARCHITECTURES)


@pytest.mark.parametrize("length", [0, 3, 8, 50, 1000, -1])
def test_truncated_files_are_corrupt(tmp_path, length):
    path = tmp_path / "a.safetensors"
    _save(path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(CorruptCheckpointError, match=r"a\.safetensors"):
        load_network(path, ARCHITECTURES)


@pytest.mark.parametrize(
    "data",
    [
        b"not a network at all, but a text that somebody renamed",
        struct.pack("<Q", 1 << 60) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 4) + b"null",
    ],
)
def test_files_of_another_kind_are_corrupt(tmp_path, data):
    path = tmp_path / "a.safetensors"
    path.write_bytes(data)
    with pytest.raises(CorruptCheckpointError):
        load_network(path, ARCHITECTURES)
    with pytest.raises(CorruptCheckpointError):
        read_header(path)


def test_missing_file(tmp_path):
    with pytest.raises(CorruptCheckpointError, match="is missing"):
        load_network(tmp_path / "nothing.safetensors", ARCHITECTURES)


def test_unknown_architecture(tmp_path):
    _save(tmp_path / "a.safetensors", architecture="of_tomorrow")
    with pytest.raises(UnknownArchitectureError, match="of_tomorrow"):
        load_network(tmp_path / "a.safetensors", ARCHITECTURES)


@pytest.mark.parametrize(
    "config",
    [CONFIG | {"widths": [4, 12]}, {"width": 3}, CONFIG | {"encoder_blocks": []}],
)
def test_weights_that_do_not_fit(tmp_path, config):
    _save(tmp_path / "a.safetensors", config=config)
    with pytest.raises(IncompatibleCheckpointError):
        load_network(tmp_path / "a.safetensors", ARCHITECTURES)


def _with_header(path, edit):
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    table = json.loads(data[8 : 8 + length])
    edit(table["__metadata__"])
    text = json.dumps(table).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])


def test_header_of_a_newer_version(tmp_path):
    path = tmp_path / "a.safetensors"
    _save(path)

    def edit(metadata):
        metadata["restorer"] = json.dumps(json.loads(metadata["restorer"]) | {"format_version": 99})

    _with_header(path, edit)
    with pytest.raises(IncompatibleCheckpointError, match="newer version"):
        load_network(path, ARCHITECTURES)


def test_foreign_safetensors_have_no_header(tmp_path):
    path = tmp_path / "a.safetensors"
    _save(path)
    _with_header(path, lambda metadata: metadata.pop("restorer"))
    with pytest.raises(IncompatibleCheckpointError, match="models add"):
        read_header(path)


_FIELDS = '"format_version": 1, "architecture": "a", "step": "s", "name": "n"'


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "{}", '{"format_version": "x"}', '{"format_version": 1}', "[" * 100_000]
    + [f'{{{_FIELDS}, "config": {{}}, "{each}": []}}' for each in ("licence", "scores", "tuning")]
    + [f'{{{_FIELDS}, "config": 1e999}}', f'{{{_FIELDS}, "config": []}}', "7", "NaN"],
    ids=lambda text: text[-24:],
)
def test_damaged_header(tmp_path, text):
    path = tmp_path / "a.safetensors"
    _save(path)
    _with_header(path, lambda metadata: metadata.update(restorer=text))
    with pytest.raises(CorruptCheckpointError):
        read_header(path)


def test_a_table_that_is_nested_deep_is_damaged(tmp_path):
    text = b"[" * 100_000
    (tmp_path / "a.safetensors").write_bytes(struct.pack("<Q", len(text)) + text)
    with pytest.raises(CorruptCheckpointError):
        read_header(tmp_path / "a.safetensors")


@pytest.mark.parametrize("shape", [[float("inf")], [2.5], [-1, -4], [10**30, 0], ["4"]])
def test_a_shape_that_no_tensor_has_is_damaged(tmp_path, shape):
    path = tmp_path / "a.safetensors"
    table = {"x": {"dtype": "F32", "shape": shape, "data_offsets": [0, 0]}}
    text = json.dumps(table).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text)
    with pytest.raises(CorruptCheckpointError):
        tensor_sha256(path.read_bytes(), path)


@pytest.mark.parametrize(
    "changes",
    [
        {"widths": [4, 10_000_000]},
        {"encoder_blocks": [1, 10_000_000]},
        {"encoder_blocks": [1] * 100_000},
        {"more": {"deeper": [[1e9]]}},
    ],
    ids=["width", "blocks", "levels", "nested"],
)
def test_a_config_is_bounded_by_the_weights_before_anything_is_built(tmp_path, changes):
    def build(**_config):
        raise AssertionError("it was built")

    _save(tmp_path / "a.safetensors", config=CONFIG | changes)
    with pytest.raises(IncompatibleCheckpointError, match="do not go with its weights"):
        load_network(tmp_path / "a.safetensors", {"restoration_unet": build})


@pytest.mark.parametrize("kind", [OverflowError, ZeroDivisionError, RecursionError, MemoryError])
def test_whatever_a_config_makes_of_a_builder_is_said_of_the_file(tmp_path, kind):
    def build(**_config):
        raise kind

    _save(tmp_path / "a.safetensors")
    with pytest.raises(IncompatibleCheckpointError, match="another version"):
        load_network(tmp_path / "a.safetensors", {"restoration_unet": build})


def test_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.safetensors"
    _save(path)
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", lambda descriptor: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        _save(path, name="other")
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.safetensors"]
