# SPDX-License-Identifier: Apache-2.0
"""The report of a finished fine-tuning run, read once into typed values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class PairScores:
    """Means over the held-out pairs; None where it was not measured.

    Attributes:
        psnr: in dB.
        ssim: in [-1, 1].
        color_difference: CIE ΔE.
        f1: of a detector, in [0, 1]: the harmonic mean of the next two.
        precision: which part of what it marks is damage.
        recall: which part of the damage it marks.
    """

    psnr: float | None = None
    ssim: float | None = None
    color_difference: float | None = None
    f1: float | None = None
    precision: float | None = None
    recall: float | None = None


@dataclass(frozen=True)
class ScanScores:
    """Old scans without pairs, as the network in question leaves them; None if not measured.

    Attributes:
        texture: distance of their fine structure to clean pictures', in dB.
        color: distance of their colours, in 1/255.
    """

    texture: float | None = None
    color: float | None = None


@dataclass(frozen=True)
class TuningReport:
    """What came of a run.

    Attributes:
        shipped: scores of the network it started from.
        tuned: scores of the tuned network as it would be kept.
        built_in_loss_shipped: on the program's own pictures, of the network it started from.
        built_in_loss: of the tuned network.
        warnings: one sentence each.
        pictures: files with before, shipped, tuned and target side by side.
        task: what was tuned: denoise, damage (a detector) or inpaint.
        scans: by the shipped and by the tuned network; None where there were pairs. The scores
            above are then of clean pictures that were aged, and `pictures` have no target.
        kept_structure: how far what scans show stayed in its place, 1 wholly.
    """

    shipped: PairScores = field(default_factory=PairScores)
    tuned: PairScores = field(default_factory=PairScores)
    built_in_loss_shipped: float | None = None
    built_in_loss: float | None = None
    warnings: tuple[str, ...] = ()
    pictures: tuple[Path, ...] = ()
    task: str = "denoise"
    scans: tuple[ScanScores, ScanScores] | None = None
    kept_structure: float | None = None

    @property
    def gain_db(self) -> float | None:
        """By how much PSNR rose."""
        if self.tuned.psnr is None or self.shipped.psnr is None:
            return None
        return self.tuned.psnr - self.shipped.psnr

    @property
    def gain_f1(self) -> float | None:
        """By how much a detector's F1 rose."""
        if self.tuned.f1 is None or self.shipped.f1 is None:
            return None
        return self.tuned.f1 - self.shipped.f1


def read_report(told: Any) -> TuningReport:
    """Read the report of the "done" event or of a job's report.json; what is missing stays out."""
    table = told if isinstance(told, Mapping) else {}
    return TuningReport(
        shipped=_scores(table.get("shipped")),
        tuned=_scores(table.get("tuned")),
        built_in_loss_shipped=_number(table.get("built_in_loss_shipped")),
        built_in_loss=_number(table.get("built_in_loss")),
        warnings=tuple(str(each) for each in table.get("warnings") or ()),
        pictures=tuple(Path(str(each)) for each in table.get("pictures") or ()),
        task=str(table.get("task", "denoise")),
        scans=_scans(table.get("unpaired")),
        kept_structure=_number((table.get("unpaired") or {}).get("kept_structure")),
    )


def _scans(told: Any) -> tuple[ScanScores, ScanScores] | None:
    if not isinstance(told, Mapping):
        return None
    shipped, tuned = (
        ScanScores(*(_number((told.get(key) or {}).get(which)) for key in ("texture_db", "color")))
        for which in ("shipped", "tuned")
    )
    return shipped, tuned


def _scores(told: Any) -> PairScores:
    table = told if isinstance(told, Mapping) else {}
    return PairScores(
        _number(table.get("psnr_db")),
        _number(table.get("ssim")),
        _number(table.get("delta_e")),
        *(_number(table.get(key)) for key in ("f1", "precision", "recall")),
    )


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and math.isfinite(value)
    return float(value) if is_number else None
