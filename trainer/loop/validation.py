# SPDX-License-Identifier: Apache-2.0
"""Measures a network on a task's held-out batches."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from trainer.tasks.task import Task

SHOWN_SAMPLES = 6
"""Rows of the picture of samples."""


@torch.inference_mode()
def validate(
    network: nn.Module, task: Task, device: torch.device
) -> tuple[dict[str, float], list[list[Tensor]]]:
    """Restore the held-out batches.

    Args:
        network: in eval mode.
        task: gives the batches.
        device: of the network.

    Returns:
        Mean scores by name, and rows of pictures (3, h, w) in [0, 1]: before, after, target
        of what is measured first, or made and real where there is no right answer.
    """
    values: dict[str, list[float]] = {}
    rows: list[list[Tensor]] = []
    for name, batch in task.validation(device):
        restored: Tensor = network(*batch.inputs)
        if not batch.is_pair:
            rows += [list(images) for images in zip(restored, batch.target, strict=True)]
            continue
        values.setdefault(name, []).append(task.score(restored, batch))
        if name == next(iter(values)) and len(rows) < SHOWN_SAMPLES:
            shown = (batch.source[0, :3], as_picture(restored[0]), as_picture(batch.target[0]))
            rows.append([image.clamp(0, 1) for image in shown])
    return {name: sum(each) / len(each) for name, each in values.items()}, rows


def as_picture(output: Tensor) -> Tensor:
    """What a network made, to look at: (1, H, W) log odds or masks become grey (3, H, W).

    What comes behind RGB is left out.
    """
    if len(output) >= 3:
        return output[:3]
    is_mask = bool(((output == 0) | (output == 1)).all())
    return (output if is_mask else torch.sigmoid(output)).expand(3, -1, -1)
