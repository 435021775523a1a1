# SPDX-License-Identifier: Apache-2.0
"""From a run's snapshot to a network that the program loads."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.checkpoint import CheckpointHeader, load_network, save_checkpoint
from trainer.loop.generators import build_generator
from trainer.loop.snapshot import averaged_weights, read_snapshot
from trainer.recipe.networks import GeneratorConfig


@dataclass(frozen=True)
class Labels:
    """What a person has to say about a network.

    Attributes:
        name: what it is called by.
        licence: SPDX expression of the weights.
        description: one sentence.
        data: what it was trained on, with licences.
    """

    name: str = ""
    licence: str = "Apache-2.0"
    description: str = ""
    data: str = ""


def export(snapshot: Path, target: Path, labels: Labels, *, half: bool = False) -> CheckpointHeader:
    """Write the EMA weights of a snapshot as an engine checkpoint.

    Args:
        snapshot: last.ckpt or best.ckpt of a run.
        target: the file to write, *.safetensors.
        labels: an empty name becomes the recipe's.
        half: store the weights in 16 bits, in half of the space; they are loaded as float32.

    Returns:
        The header as written.

    Raises:
        CheckpointError: the snapshot is unreadable.
        OSError: the target cannot be written.
    """
    state = read_snapshot(snapshot)
    recipe, generator = state["recipe"], state["recipe"]["generator"]
    header = CheckpointHeader(
        architecture=generator["architecture"],
        config=dict(generator["options"]),
        step=recipe["step"],
        task=ARCHITECTURES.row(generator["architecture"]).task,
        name=labels.name or recipe["name"],
        licence=labels.licence,
        description=labels.description,
        data=labels.data,
        recipe=recipe["name"],
        scores=_validation_scores(state),
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    weights = averaged_weights(state)
    if half:
        weights = {
            name: value.half() if value.is_floating_point() else value
            for name, value in weights.items()
        }
    return save_checkpoint(target, weights, header)


def _validation_scores(state: dict[str, Any]) -> dict[str, float]:
    unit = state.get("unit", "dB")
    suffix = f"_{unit.lower()}" if unit else ""
    return {f"validation_{key}{suffix}": round(v, 3) for key, v in state["scores"].items()}


def card_values(snapshot: Path, target: Path, header: CheckpointHeader) -> dict[str, Any]:
    """What the model card says about a network that `export` wrote."""
    state = read_snapshot(snapshot)
    return {
        "step": header.step,
        "file": target.name,
        "licence": header.licence,
        "description": header.description,
        "data": header.data,
        "recipe": header.recipe,
        "architecture": header.architecture,
        "sha256": header.sha256,
        "training_steps": state["step"],
        "training_hours": round(state["elapsed_s"] / 3600, 2),
        "hardware": describe_hardware(),
    }


def describe_hardware() -> str:
    """What this machine trains on, for the model card."""
    if torch.cuda.is_available():
        return str(torch.cuda.get_device_name())
    return f"CPU, {torch.get_num_threads()} threads, {platform.machine()}"


def load_any(path: Path) -> tuple[nn.Module, str, str]:
    """A network for measuring, its name and its architecture, from a checkpoint or a snapshot.

    Raises:
        CheckpointError: the file cannot be used.
    """
    if path.suffix == ".safetensors":
        network, header = load_network(path, ARCHITECTURES)
        return network, header.name, header.architecture
    state = read_snapshot(path)
    generator = state["recipe"]["generator"]
    network = build_generator(GeneratorConfig(generator["architecture"], generator["options"]))
    network.load_state_dict(averaged_weights(state))
    return network.eval(), str(state["recipe"]["name"]), str(generator["architecture"])
