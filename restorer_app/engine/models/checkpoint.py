# SPDX-License-Identifier: Apache-2.0
"""Networks on disk: safetensors whose metadata holds a versioned header, checked on every load.

Reading headers and checking sums needs no torch, so a list of networks costs nothing.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restorer_app.engine.core.checked_json import parse_json
from restorer_app.engine.core.errors import (
    CorruptCheckpointError,
    IncompatibleCheckpointError,
    UnknownArchitectureError,
)
from restorer_app.engine.files.atomic import atomic_write, describe_os_error
from restorer_app.engine.files.regular import open_regular, read_regular

if TYPE_CHECKING:
    from torch import Tensor, nn

Builders = Mapping[str, "Callable[..., nn.Module]"]
"""What builds a network from its config, by the architecture's name; `architectures` holds ours."""

FORMAT_VERSION = 1
"""Raised when a header of today could not be understood by the program of yesterday."""

_METADATA_KEY = "restorer"
_MAX_HEADER_BYTES = 10_000_000
"""A tenth of the format's own limit, and a hundred times the largest header known: what is longer
would make every list of networks wait."""
_MAX_FILE_BYTES = 16 << 30
_MAX_SIDE = 1 << 31
"""No tensor has a side of this length, whatever its header says."""
_ALWAYS_ALLOWED = 64
"""A number in a config that needs no tensor to vouch for it."""
_BYTES_OF_TYPE = {
    "BOOL": 1, "U8": 1, "I8": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2,
    "I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8,
}  # fmt: skip


@dataclass(frozen=True)
class CheckpointHeader:
    """What a checkpoint says about itself.

    Attributes:
        architecture: key of the architecture registry.
        config: keyword arguments that build the network.
        step: the step it serves, e.g. "denoise".
        task: what it does for that step; "" where the step needs one task only, and in files of
            version 0.1.
        name: what the user calls it by.
        licence: SPDX expression of the weights, or "unknown".
        description: one sentence for a person.
        data: what it was trained on, with licences.
        recipe: the recipe's text or name that made it.
        scores: measured numbers by benchmark (JSON types only).
        tuning: of a fine-tuned network, what it came from: base, base_sha256, pairs, held_out,
            date, blend (JSON types only).
        sha256: of the tensors; filled in by `save_checkpoint`.
        format_version: of this header.
    """

    architecture: str
    config: dict[str, Any]
    step: str
    name: str
    licence: str = "unknown"
    description: str = ""
    data: str = ""
    recipe: str = ""
    scores: dict[str, Any] = field(default_factory=dict)
    tuning: dict[str, Any] = field(default_factory=dict)
    task: str = ""
    sha256: str = ""
    format_version: int = FORMAT_VERSION

    def to_text(self) -> str:
        """The header as a file holds it."""
        values = asdict(self)
        if not self.task:
            del values["task"]
        return json.dumps(values, ensure_ascii=False)


def save_checkpoint(
    path: Path, tensors: Mapping[str, Tensor], header: CheckpointHeader
) -> CheckpointHeader:
    """Write a checkpoint atomically.

    Args:
        path: the file, normally *.safetensors.
        tensors: a state dict; moved to the processor and made contiguous.
        header: its `sha256` is ignored and computed here.

    Returns:
        The header as written, with its sum.

    Raises:
        OSError: the folder is not writable or the disk is full.
    """
    from safetensors.torch import save  # brings torch

    # clone: safetensors refuses tensors that share memory, which tied weights do.
    plain = {key: value.detach().cpu().clone().contiguous() for key, value in tensors.items()}
    summed = replace(header, sha256=tensor_sha256(save(plain), path))
    metadata = {_METADATA_KEY: summed.to_text()}
    data = save(plain, metadata=metadata)
    with atomic_write(path) as file:
        file.write(data)
    return summed


def copy_checkpoint(source: Path, target: Path, name: str, builders: Builders) -> CheckpointHeader:
    """Write a verified checkpoint once more under another name; needs no torch.

    Args:
        source: a checkpoint of ours.
        target: the new file.
        name: what its header will call it.
        builders: see `verify_checkpoint`.

    Raises:
        CheckpointError: see `verify_checkpoint`.
        OSError: the target's folder is not writable or the disk is full.
    """
    header, data = _read_verified(source, builders)
    table, start = _table_of(data, source)
    header = replace(header, name=name)
    table["__metadata__"] = {_METADATA_KEY: header.to_text()}
    text = json.dumps(table, ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)  # the format wants its tensors aligned
    with atomic_write(target) as file:
        file.write(len(text).to_bytes(8, "little") + text + data[start:])
    return header


def read_header(path: Path) -> CheckpointHeader:
    """Read a checkpoint's header without its tensors.

    Raises:
        CorruptCheckpointError: the file is missing or no safetensors file.
        IncompatibleCheckpointError: it has no header of ours, or one of a newer version.
    """
    try:
        with open_regular(path) as file:
            length = int.from_bytes(file.read(8), "little")
            table = _parse_table(file.read(min(length, _MAX_HEADER_BYTES)), length, path)
    except OSError as error:
        raise _unreadable(path, error) from error
    return _header_from(table, path)


def verify_checkpoint(path: Path, builders: Builders) -> CheckpointHeader:
    """Check a checkpoint from end to end, without torch.

    Args:
        path: the file.
        builders: the architectures there are.

    Raises:
        CorruptCheckpointError: missing, truncated, or the sum of its tensors differs.
        IncompatibleCheckpointError: not a checkpoint of ours, or of a newer version.
        UnknownArchitectureError: this version cannot build it.
    """
    header, _ = _read_verified(path, builders)
    return header


def load_network(path: Path, builders: Builders) -> tuple[nn.Module, CheckpointHeader]:
    """Build the network that a checkpoint describes and fill it with its weights.

    The network is in evaluation mode, on the processor, with gradients off.

    Args:
        path: the file.
        builders: the architectures there are.

    Raises:
        CorruptCheckpointError: see `verify_checkpoint`.
        IncompatibleCheckpointError: the tensors do not fit the architecture.
        UnknownArchitectureError: this version does not have the architecture.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load  # brings torch

    header, data = _read_verified(path, builders)
    try:
        network = builders[header.architecture](**header.config)
    except Exception as error:  # a config of lies can make any line of a builder fail
        raise IncompatibleCheckpointError(
            f"The network {path} asks for settings that {header.architecture} does not have "
            f"({error}); it was made by another version."
        ) from error
    try:
        network.load_state_dict(load(data), strict=True)
    except (RuntimeError, SafetensorError) as error:
        raise IncompatibleCheckpointError(
            f"The weights in {path} do not fit {header.architecture}; "
            "the file was made for another version of it."
        ) from error
    return network.eval().requires_grad_(False), header


def _unreadable(path: Path, error: OSError) -> CorruptCheckpointError:
    if isinstance(error, FileNotFoundError):
        text = f"The network {path} is missing; install it again or choose another."
    else:
        text = f"The network {path} cannot be read: {describe_os_error(error)}."
    return CorruptCheckpointError(text)


def _read_verified(path: Path, builders: Builders) -> tuple[CheckpointHeader, bytes]:
    try:
        data = read_regular(path, most_bytes=_MAX_FILE_BYTES)
    except OSError as error:
        raise _unreadable(path, error) from error
    table, _ = _table_of(data, path)
    header = _header_from(table, path)
    if header.architecture not in builders:
        raise UnknownArchitectureError(
            f"The network {path} is a {header.architecture!r}, which this version does not have; "
            "a newer version of the program may."
        )
    if tensor_sha256(data, path) != header.sha256:
        raise CorruptCheckpointError(
            f"The network {path} is damaged (its checksum differs); copy or install it again."
        )
    _check_config(header, table, path)
    return header, data


def _check_config(header: CheckpointHeader, table: dict[str, Any], path: Path) -> None:
    """Refuse a config that asks for more than the file holds, before anything is built of it.

    A number of blocks needs as many tensors, and a width a tensor that has it as a side.

    Raises:
        IncompatibleCheckpointError: some number is larger than that.
    """
    tensors = [entry for name, entry in table.items() if name != "__metadata__"]
    sides = [side for entry in tensors if 0 not in entry["shape"] for side in entry["shape"]]
    most = max(_ALWAYS_ALLOWED, len(tensors), *sides) if sides else _ALWAYS_ALLOWED
    values: list[Any] = list(header.config.values())
    while values:
        value = values.pop()
        if isinstance(value, dict):
            values.extend(value.values())
        elif isinstance(value, list):
            values.extend(value)
        if (isinstance(value, int | float) and abs(value) > most) or (
            isinstance(value, list) and len(value) > most
        ):
            raise IncompatibleCheckpointError(
                f"The network {path} asks for settings that do not go with its weights; "
                "it is damaged or was made by another version."
            )


def _header_from(table: dict[str, Any], path: Path) -> CheckpointHeader:
    metadata = table.get("__metadata__") or {}
    text = metadata.get(_METADATA_KEY) if isinstance(metadata, dict) else None
    if not isinstance(text, str):
        raise IncompatibleCheckpointError(
            f"{path} holds weights but not the header that this program writes; "
            "use `restorer models add` to add another program's network."
        )
    try:
        values = parse_json(text)
        version = values["format_version"]
        if version > FORMAT_VERSION:
            raise IncompatibleCheckpointError(
                f"The network {path} was made by a newer version of the program; update it."
            )
        known = {each.name for each in fields(CheckpointHeader)}
        header = CheckpointHeader(**{k: v for k, v in values.items() if k in known})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CorruptCheckpointError(f"The header of the network {path} is damaged.") from error
    for each in fields(CheckpointHeader):
        default = getattr(_TYPICAL, each.name)
        if not isinstance(getattr(header, each.name), type(default)):
            raise CorruptCheckpointError(f"The header of the network {path} is damaged.")
    return header


_TYPICAL = CheckpointHeader("", {}, "", "")
"""Every field of it has a value of its type."""


def _parse_table(raw: bytes, length: int, path: Path) -> dict[str, Any]:
    try:
        if not 2 <= length <= _MAX_HEADER_BYTES or len(raw) != length:
            raise ValueError(length)
        table = parse_json(raw)
    except ValueError as error:
        raise CorruptCheckpointError(
            f"The file {path} is not a network, or only a part of one; copy it again."
        ) from error
    if not isinstance(table, dict):
        raise CorruptCheckpointError(f"The file {path} is not a network.")
    return table


def _table_of(data: bytes, path: Path) -> tuple[dict[str, Any], int]:
    """The table of tensors at a safetensors file's start, and where their bytes begin."""
    length = int.from_bytes(data[:8], "little")
    return _parse_table(data[8 : 8 + length], length, path), 8 + length


def tensor_sha256(data: bytes, path: Path) -> str:
    """SHA-256 over names, types, shapes and bytes of all tensors, sorted by name.

    It does not cover the header, so that a model card can be corrected without new weights.
    """
    table, start = _table_of(data, path)
    digest = hashlib.sha256()
    view = memoryview(data)
    for name in sorted(each for each in table if each != "__metadata__"):
        try:
            entry = table[name]
            kind, shape = entry["dtype"], entry["shape"]
            if not all(type(each) is int and 0 <= each < _MAX_SIDE for each in shape):
                raise ValueError(shape)
            begin, end = (start + int(each) for each in entry["data_offsets"])
            expected = _BYTES_OF_TYPE.get(kind, 0) * math.prod(shape)
        except (TypeError, KeyError, ValueError) as error:
            raise CorruptCheckpointError(f"The file {path} is damaged.") from error
        if not start <= begin <= end <= len(data) or (
            kind in _BYTES_OF_TYPE and end - begin != expected
        ):
            raise CorruptCheckpointError(
                f"The network {path} is only a part of a file; copy it again."
            )
        digest.update(f"{name}\0{kind}\0{shape}\0".encode())
        digest.update(view[begin:end])
    return digest.hexdigest()
