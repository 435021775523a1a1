# SPDX-License-Identifier: Apache-2.0
"""What a run of fine-tuning says to a person at a terminal."""

from __future__ import annotations

from typing import Any

from trainer.fine_tuning.run.events import EventWriter
from trainer.fine_tuning.run.outlook import round_steps

_MEASURES = {
    "psnr_db": "{:.2f} -> {:.2f} dB",
    "ssim": "SSIM {:.3f} -> {:.3f}",
    "delta_e": "colour difference {:.1f} -> {:.1f}",
    "f1": "F1 {:.3f} -> {:.3f}",
    "precision": "precision {:.3f} -> {:.3f}",
    "recall": "recall {:.3f} -> {:.3f}",
}


class ConsoleEvents(EventWriter):
    """The same for a person: a few lines, and no line for each step."""

    def write(self, event: str, **values: Any) -> None:
        """Print what is worth a line."""
        for line in _lines(event, values):
            print(line, flush=True)


def _lines(event: str, values: dict[str, Any]) -> list[str]:
    if event == "pairs":
        lines = [f"{len(values['accepted'])} pairs to learn from"]
        lines += [f"left out {each['name']}: {each['reason']}" for each in values["refused"]]
        return lines + [f"no partner: {each}" for each in values["unpaired"]]
    if event == "scans":
        counts = [len(values[key]) for key in ("scans", "held_out", "clean")]
        line = "{} old scans to learn from, {} to look at afterwards; {} clean pictures"
        return [
            line.format(*counts),
            *(f"left out {each['name']}: {each['reason']}" for each in values["refused"]),
            "first the ageing is learnt, then its repair; this way is experimental",
        ]
    if event == "estimate":
        return [
            f"about {_duration(values['seconds'])} on this computer, roughly "
            f"{round_steps(values['steps'])} steps of {values['seconds_per_step']:.2f} s, measured"
        ]
    if event == "validation":
        rise = values["built_in_loss"] / values["built_in_loss_shipped"] - 1
        if "held_out_f1" in values:
            now = f"F1 {values['held_out_f1']:.3f} (before {values['held_out_f1_shipped']:.3f})"
        else:
            now = f"{values['held_out_db']:.2f} dB (before {values['held_out_db_shipped']:.2f})"
        what = "pictures aged alike" if values.get("is_aged") else "held-out pairs"
        return [f"step {values['step']}: {what} {now}, built-in error {rise:+.1%}"]
    if event == "done" and values["report"]:
        return _report_lines(values["report"])
    return []


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _report_lines(report: dict[str, Any]) -> list[str]:
    old, new = report["shipped"], report["tuned"]
    measured = [text.format(old[key], new[key]) for key, text in _MEASURES.items() if key in new]
    what = "held-out pairs"
    lines = []
    if "unpaired" in report:
        what = "clean pictures aged alike"
        lines = _scan_lines(report["unpaired"])
    lines += [
        f"{what}: {', '.join(measured)}",
        f"built-in pictures: error {report['built_in_rise']:+.1%}",
    ]
    lines += [f"note: {each}" for each in report["warnings"]]
    lines.append(f"kept as {report['name']}; use it with --model {report['step']}={report['name']}")
    return lines


def _scan_lines(found: dict[str, Any]) -> list[str]:
    texture, color = found["texture_db"], found["color"]
    return [
        "your scans against clean pictures (of other things, so these are hints): texture "
        f"{texture['shipped']:.2f} -> {texture['tuned']:.2f} dB apart, colours "
        f"{color['shipped']:.1f} -> {color['tuned']:.1f} of 255",
        f"what your scans show stayed in its place to {found['kept_structure']:.1%}",
        f"look at {', '.join(found['pictures'])}",
    ]
