# SPDX-License-Identifier: Apache-2.0
"""Takes a network file into the catalogue: our own checkpoints, and other people's by spandrel."""

from __future__ import annotations

import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

from restorer_app.engine.core.device import import_torch
from restorer_app.engine.core.errors import (
    CorruptCheckpointError,
    IncompatibleCheckpointError,
    UnknownArchitectureError,
)
from restorer_app.engine.files.atomic import write_bytes_atomically
from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.checkpoint import tensor_sha256, verify_checkpoint
from restorer_app.engine.models.torchvision_import import import_torchvision

_STEPS_BY_PURPOSE = {"Restoration": "denoise", "SR": "upscale", "FaceSR": ""}


def foreign_card(path: Path) -> Path:
    """The JSON file beside an added network of another program, which says what it is."""
    return path.with_suffix(".json")


def import_model(file: Path, target: Path, name: str) -> None:
    """Verify a network file and store it as `target`.

    Args:
        file: any of the formats that `Catalogue.add` names.
        target: a new *.safetensors file; another program's network gets a .json beside it.
        name: what it will be called.

    Raises:
        CorruptCheckpointError: missing, truncated, not a network, or it wants to run code.
        IncompatibleCheckpointError: a network for something that this program does not do.
        UnknownArchitectureError: an architecture that nobody here knows.
        OSError: `target` could not be written.
    """
    if file.suffix.lower() == ".safetensors":
        try:
            verify_checkpoint(file, ARCHITECTURES)
        except IncompatibleCheckpointError:
            if _has_our_header(file):
                raise
        else:
            write_bytes_atomically(target, file.read_bytes())
            return
    state = _read_state(file)
    card = _describe(state, file, name)
    from safetensors.torch import save  # brings torch

    data = save({key: value.clone().contiguous() for key, value in state.items()})
    card["sha256"] = tensor_sha256(data, target)
    # The card first: weights without a card would be listed as damaged after a crash between.
    write_bytes_atomically(foreign_card(target), json.dumps(card, indent=1).encode())
    write_bytes_atomically(target, data)


def build_foreign(data: bytes, path: Path) -> Any:
    """A spandrel descriptor from the bytes of a stored network.

    Raises:
        UnknownArchitectureError: spandrel does not recognise it (any more).
    """
    from safetensors.torch import load  # brings torch

    return _descriptor(load(data), path)


def _has_our_header(file: Path) -> bool:
    with file.open("rb") as opened:
        return b'"restorer"' in opened.read(1_000_000)


def _read_state(file: Path) -> dict[str, Any]:
    """A flat dict of tensors from a file of any of the usual shapes."""
    torch = import_torch()
    try:
        if file.suffix.lower() == ".safetensors":
            from safetensors import SafetensorError
            from safetensors.torch import load

            try:
                loaded: Any = load(file.read_bytes())
            except SafetensorError as error:
                raise CorruptCheckpointError(
                    f"The file {file} is not a network, or only a part of one."
                ) from error
        else:
            # weights_only: a pickle may otherwise run any program of its author's.
            loaded = torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CorruptCheckpointError(
            f"The file {file} is damaged or holds more than weights, which is not safe to open."
        ) from error
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise CorruptCheckpointError(f"The file {file} cannot be read as a network.") from error
    for key in ("params_ema", "params", "state_dict", "model"):
        if isinstance(loaded, dict) and isinstance(loaded.get(key), dict):
            loaded = loaded[key]
            break
    if not isinstance(loaded, dict):
        raise CorruptCheckpointError(f"The file {file} holds no table of weights.")
    tensors = {str(k): v for k, v in loaded.items() if isinstance(v, torch.Tensor)}
    if not tensors:
        raise CorruptCheckpointError(f"The file {file} holds no weights.")
    return tensors


def _descriptor(state: dict[str, Any], file: Path) -> Any:
    import_torchvision()  # spandrel imports it
    import spandrel  # imports some forty architectures

    try:
        return spandrel.ModelLoader(device="cpu").load_from_state_dict(state)
    except spandrel.UnsupportedModelError as error:
        raise UnknownArchitectureError(
            f"The network in {file} has an architecture that this program does not know."
        ) from error
    except (RuntimeError, KeyError, ValueError) as error:
        raise IncompatibleCheckpointError(
            f"The weights in {file} do not fit the architecture that they look like."
        ) from error


def _describe(state: dict[str, Any], file: Path, name: str) -> dict[str, Any]:
    descriptor = _descriptor(state, file)
    step = _STEPS_BY_PURPOSE.get(str(descriptor.purpose), "")
    if step == "denoise" and descriptor.scale != 1:
        step = "upscale"
    if not step or descriptor.input_channels != 3 or descriptor.output_channels != 3:
        raise IncompatibleCheckpointError(
            f"The network in {file} is for {descriptor.purpose}; "
            "only denoising and upscaling networks for colour pictures can be added."
        )
    return {
        "name": name,
        "step": step,
        "architecture": descriptor.architecture.name,
        "scale": int(descriptor.scale),
        "licence": "unknown",
        "description": f"{descriptor.architecture.name}, added from {file.name}; licence unknown, "
        "ask its author before selling what it makes",
    }
