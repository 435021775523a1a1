# SPDX-License-Identifier: Apache-2.0
"""The end of a fine-tuning run: blended back if need be, compared, written with card and report."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from torch import nn

from restorer_app.engine.models.catalogue import ModelEntry
from restorer_app.engine.models.checkpoint import CheckpointHeader, save_checkpoint
from trainer.fine_tuning.pairs.comparison import F1, PSNR
from trainer.fine_tuning.pairs.preparation import PreparedPair
from trainer.fine_tuning.pairs.task import MixedTask
from trainer.fine_tuning.run.blending_back import blend_back
from trainer.fine_tuning.run.built_in import MOST_RISE, BuiltInValidation
from trainer.fine_tuning.run.job import FineTuneJob
from trainer.fine_tuning.run.keeping import TUNED_FILE, write_report
from trainer.fine_tuning.run.tunables import tunable
from trainer.loop.snapshot import BEST, averaged_weights, read_snapshot
from trainer.loop.training import Outcome

GAIN_KEYS = {PSNR: "gain_db", F1: "gain_f1"}
"""Of the report, by what decides."""


@dataclass(frozen=True)
class Base:
    """The network that is tuned.

    Attributes:
        entry: of the catalogue.
        header: of its file.
        network: frozen, in eval mode.
    """

    entry: ModelEntry
    header: CheckpointHeader
    network: nn.Module


def conclude(
    job: FineTuneJob,
    base: Base,
    task: MixedTask,
    built_in: BuiltInValidation,
    shipped_loss: float,
    outcome: Outcome,
    prepared: list[PreparedPair],
    amend: Callable[[dict[str, Any], nn.Module, nn.Module], None] | None = None,
) -> dict[str, Any]:
    """Blend back if need be, compare, write the network with its card and the report.

    `amend` is called with the report and both networks before anything is written.
    """
    state = read_snapshot(outcome.checkpoint.with_name(BEST))
    tuned = copy.deepcopy(base.network)
    tuned.load_state_dict(averaged_weights(state))
    limit = shipped_loss * (1 + MOST_RISE)
    unblended_loss = built_in.loss(tuned)
    tuned, blend = blend_back(base.network, tuned, built_in.loss, limit)
    compared = task.compare(base.network, tuned, job.folder / "comparison")
    warnings = list(task.split.warnings)
    if blend < 1:
        warnings.append(
            "The network began to forget what it knew (its error on the built-in pictures rose by "
            f"{unblended_loss / shipped_loss - 1:.0%}), so only {blend:.0%} of what it learnt was "
            "kept."
        )
    if not compared.is_clearly_better:
        warnings.append(
            "On the held-out pairs it is no better than before; it is not worth keeping."
        )
    report: dict[str, Any] = {
        "name": job.name,
        "step": tunable(job.step).plan_step,
        "task": job.step,
        "base": base.entry.name,
        "base_sha256": base.header.sha256,
        "date": datetime.now(UTC).date().isoformat(),
        "pairs": len(prepared),
        "held_out": [row["name"] for row in compared.pairs],
        "before": _rounded(compared.before),
        "shipped": _rounded(compared.shipped),
        "tuned": _rounded(compared.tuned),
        "measure": compared.measure,
        GAIN_KEYS[compared.measure]: round(compared.gain, 3),
        "by_pair": [
            {key: value if key == "name" else _rounded(value) for key, value in row.items()}
            for row in compared.pairs
        ],
        "built_in_loss": built_in.loss(tuned),
        "built_in_loss_shipped": shipped_loss,
        "blend": round(blend, 4),
        "best_step": state["step"],
        "steps": outcome.step,
        "minutes": round(outcome.minutes, 2),
        "reason": outcome.reason,
        "warnings": warnings,
        "checkpoint": str(job.folder / TUNED_FILE),
        "pictures": [str(path) for path in compared.pictures],
    }
    report["built_in_rise"] = round(report["built_in_loss"] / shipped_loss - 1, 5)
    if amend is not None:
        amend(report, base.network, tuned)
    save_checkpoint(job.folder / TUNED_FILE, tuned.state_dict(), _header(base, report))
    write_report(job.folder, report)
    return report


def _header(base: Base, report: dict[str, Any]) -> CheckpointHeader:
    learnt, data = _learnt_from(report)
    return dataclasses.replace(
        base.header,
        name=report["name"],
        description=f"{base.entry.name}, fine-tuned on {learnt}",
        data=f"{base.header.data}; then {data} of this computer's user",
        scores={
            "held_out": {key: report[key] for key in ("before", "shipped", "tuned")},
            "built_in_rise": report["built_in_rise"],
        },
        tuning={
            key: report[key]
            for key in (
                "base",
                "base_sha256",
                "date",
                "pairs",
                "held_out",
                "blend",
                "steps",
                "minutes",
                "unpaired",
            )
            if key in report
        },
    )


def _learnt_from(report: dict[str, Any]) -> tuple[str, str]:
    """What it was tuned on and what that brought, and the data's name in a card."""
    if "unpaired" in report:
        found = report["unpaired"]
        scans = f"{found['scans']} old scans without pairs"
        before, after = (found["texture_db"][key] for key in ("shipped", "tuned"))
        gain = f"texture {after:.1f} dB from that of clean pictures, before {before:.1f}"
        return f"{scans} of your own (experimental): {gain}.", scans
    count = report["pairs"]
    pairs = f"{count} pair{'s' if count != 1 else ''}"
    return f"{pairs} of your own: {_gain_text(report)} on pairs that it had not seen.", (
        f"{count} pairs"
    )


def _gain_text(report: dict[str, Any]) -> str:
    if report["measure"] == F1:
        return f"F1 {report['tuned'][F1]:.2f} instead of {report['shipped'][F1]:.2f}"
    return f"{report['gain_db']:+.1f} dB"


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {key: round(value, 4) for key, value in values.items()}
