# SPDX-License-Identifier: Apache-2.0
"""Measures a network on a task's held-out batches."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from trainer.losses import psnr
from trainer.tasks import Task

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
        Mean PSNR in dB by name, and rows of pictures (3, h, w) in [0, 1]: before, after, target
        of what is measured first, or made and real where there is no right answer.
    """
    values: dict[str, list[float]] = {}
    rows: list[list[Tensor]] = []
    for name, batch in task.validation(device):
        restored: Tensor = network(batch.source)
        if not batch.is_pair:
            rows += [list(images) for images in zip(restored, batch.target, strict=True)]
            continue
        values.setdefault(name, []).append(psnr(restored, batch.target))
        if name == next(iter(values)) and len(rows) < SHOWN_SAMPLES:
            shown = (batch.source[0], restored[0], batch.target[0])
            rows.append([image.clamp(0, 1) for image in shown])
    return {name: sum(dbs) / len(dbs) for name, dbs in values.items()}, rows
