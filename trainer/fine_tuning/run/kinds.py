# SPDX-License-Identifier: Apache-2.0
"""What fine-tuning does differently for each kind of network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from restorer_app.engine.core.progress import CancelToken
from restorer_app.engine.models.networks.damage_unet import DamageUNet
from restorer_app.engine.models.networks.inpainting_unet import InpaintingUNet
from restorer_app.engine.models.networks.restoration_unet import RestorationUNet
from trainer.data.pair_finding import PicturePair
from trainer.fine_tuning.masks.preparation import prepare_for_filling, prepare_for_finding
from trainer.fine_tuning.masks.tasks import DetectTuning, FillTuning
from trainer.fine_tuning.pairs.preparation import PreparedPair, RefusedPair
from trainer.fine_tuning.pairs.task import FineTuneTask, MixedTask, Split
from trainer.fine_tuning.run.built_in import (
    BuiltInValidation,
    detection_validation,
    fill_validation,
    restoration_validation,
)
from trainer.recipe.recipe import Recipe

Prepared = tuple[list[PreparedPair], list[RefusedPair], list[str]]
"""Pairs that can be learnt from, the others, and sentences for the report."""


@dataclass(frozen=True)
class TuningKind:
    """One of the networks that learn from pairs.

    Attributes:
        network: its class.
        task: what it is shown.
        built_in: what it must not forget.
        prepare: makes of registered pairs what the task needs.
    """

    network: type[nn.Module]
    task: Callable[[Recipe, Split, nn.Module], MixedTask]
    built_in: Callable[[Recipe, torch.device], BuiltInValidation]
    prepare: Callable[[Sequence[PicturePair], list[PreparedPair], CancelToken], Prepared]


KINDS = {
    "denoise": TuningKind(
        RestorationUNet,
        FineTuneTask,
        restoration_validation,
        lambda _pairs, prepared, _cancel: (prepared, [], []),
    ),
    "damage": TuningKind(DamageUNet, DetectTuning, detection_validation, prepare_for_finding),
    "inpaint": TuningKind(
        InpaintingUNet,
        FillTuning,
        fill_validation,
        lambda _pairs, prepared, cancel: prepare_for_filling(prepared, cancel),
    ),
}
"""By `FineTuneJob.step`."""
