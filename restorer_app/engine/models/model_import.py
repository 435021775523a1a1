# SPDX-License-Identifier: Apache-2.0
"""Takes a network file into the catalogue: our own checkpoints, and other people's by spandrel."""

from __future__ import annotations

import json
import pickle
import re
from pathlib import Path
from typing import Any

from restorer_app.engine.core.checked_json import parse_json
from restorer_app.engine.core.device import import_torch
from restorer_app.engine.core.errors import (
    CorruptCheckpointError,
    IncompatibleCheckpointError,
    UnknownArchitectureError,
)
from restorer_app.engine.files.atomic import describe_os_error, write_bytes_atomically
from restorer_app.engine.files.regular import open_regular, read_regular
from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.checkpoint import tensor_sha256, verify_checkpoint
from restorer_app.engine.models.torchvision_import import import_torchvision

_MAX_CARD_BYTES = 1_000_000
_TENSORS_PER_NUMBER = 32
"""The numbers in the names of a network's tensors count its blocks and their layers; some layers
have no tensors. A name that counts further than this many times the tensors is a lie, for which
an architecture would be built block by block."""
_STEPS_BY_PURPOSE = {"Restoration": "denoise", "SR": "upscale", "FaceSR": ""}


def foreign_card(path: Path) -> Path:
    """The JSON file beside an added network of another program, which says what it is."""
    return path.with_suffix(".json")


def read_foreign_card(path: Path) -> dict[str, Any] | None:
    """The card beside an added network, with the texts that every card has; None without one.

    Args:
        path: of the network.

    Raises:
        CorruptCheckpointError: it is damaged.
    """
    card_file = foreign_card(path)
    try:
        card = parse_json(read_regular(card_file, most_bytes=_MAX_CARD_BYTES))
        texts = [card[each] for each in ("step", "licence")] + [card.setdefault("description", "")]
        if not all(isinstance(each, str) for each in texts):
            raise TypeError("no texts")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorruptCheckpointError(
            f"The card {card_file} is damaged; remove the network and add it again."
        ) from error
    return dict(card)


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
    _check_is_file(file)
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
    except CorruptCheckpointError:
        raise
    except pickle.UnpicklingError as error:
        raise CorruptCheckpointError(
            f"The file {file} is damaged or holds more than weights, which is not safe to open."
        ) from error
    except Exception as error:  # unpickling damaged bytes may raise anything
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
    _check_extent(tensors, file)
    return tensors


def _check_is_file(file: Path) -> None:
    try:
        open_regular(file).close()
    except OSError as error:
        raise CorruptCheckpointError(
            f"The file {file} cannot be read: {describe_os_error(error)}."
        ) from error


def _check_extent(tensors: dict[str, Any], file: Path) -> None:
    """Refuse weights that pretend to be larger or more than they are, before they are built.

    Raises:
        CorruptCheckpointError: a tensor repeats its memory, or a name counts to a block for which
            there are no tensors.
    """
    most = _TENSORS_PER_NUMBER * (len(tensors) + _TENSORS_PER_NUMBER)
    for name, tensor in tensors.items():
        counts = [int(each) for each in re.findall(r"(?<!\d)\d{1,18}(?!\d)", name)]
        is_counting = bool(re.search(r"\d{19}", name)) or any(each > most for each in counts)
        size = tensor.numel() * tensor.element_size()
        if is_counting or tensor.is_sparse or size > tensor.untyped_storage().nbytes():
            raise CorruptCheckpointError(
                f"The weights in {file} say that there are more of them than there are."
            )


def _descriptor(state: dict[str, Any], file: Path) -> Any:
    import_torchvision()  # spandrel imports it
    import spandrel  # imports some forty architectures

    try:
        return spandrel.ModelLoader(device="cpu").load_from_state_dict(state)
    except spandrel.UnsupportedModelError as error:
        raise UnknownArchitectureError(
            f"The network in {file} has an architecture that this program does not know."
        ) from error
    except Exception as error:  # forty architectures look into shapes that may be anything
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
