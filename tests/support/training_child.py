# SPDX-License-Identifier: Apache-2.0
"""A stand-in for the training process: says what that would say, and learns nothing.

    python training_child.py KIND JOB_FILE [--resume] [--estimate]

KIND: "short" ends by itself after ten steps; "long" goes on until it is told otherwise; "crash"
dies after three steps; "error" gives up with a sentence; "deaf" hears no command; "slow" never
ends its estimate.
"""

import json
import os
import queue
import shutil
import sys
import threading
from pathlib import Path

LEARNED = "learned.safetensors"


def tell(event, **values):
    print(json.dumps({"event": event, **values}), flush=True)


def main():
    kind, job_file = sys.argv[1], Path(sys.argv[2])
    words = queue.Queue()
    listener = threading.Thread(target=lambda: [words.put(line.strip()) for line in sys.stdin])
    listener.daemon = True
    if kind != "deaf":
        listener.start()
    print("a library says something", flush=True)
    tell("estimate", seconds_per_step=0.5, steps=10, seconds=5.0)
    tell("state", state="running")
    if kind == "error":
        tell("error", message="The disk is full; free some space.")
        return 1
    preview = job_file.with_name("preview.png")
    step = 10 if "--resume" in sys.argv else 0
    tell("validation", step=step, held_out_db=22.0, held_out_db_shipped=22.0, built_in_loss=0.02,
         built_in_loss_shipped=0.02, preview=str(preview))  # fmt: skip
    while True:
        step += 1
        share = min(1.0, step / 10) if kind == "short" else 0.3
        tell("step", step=step, share=share, seconds_left=5.0, loss=1.0 / step)
        if kind == "crash" and step == 3:
            print("Fatal: out of luck", file=sys.stderr, flush=True)
            os._exit(11)
        word = next_word(words)
        while word == "pause":
            tell("state", state="paused")
            word = words.get()
            if word == "resume":
                tell("state", state="running")
        if word == "cancel":
            return 130
        if word == "stop" or (kind == "short" and step >= 10):
            if word == "stop":
                tell("state", state="stopping")
            finish(job_file.parent)
            return 0


def time_steps():
    """Half a second per step, a second per validation; a larger batch is slower in proportion."""
    kind, job_file = sys.argv[1], Path(sys.argv[2])
    job = json.loads(job_file.read_text(encoding="utf-8"))
    with job_file.with_name("timed.txt").open("a", encoding="utf-8") as file:
        file.write(f"{job['step']} {job['base']}\n")
    if kind == "slow":
        threading.Event().wait()
    if kind == "error":
        tell("error", message="The disk is full; free some space.")
        return 1
    seconds = 0.5 * job["overrides"].get("data.batch", 8) / 8
    tell("estimate", seconds_per_step=seconds, seconds_per_validation=1.0, steps=9, seconds=9.0)
    tell("done", report={})
    return 0


def next_word(words):
    """What was said meanwhile; waits a little, as a step does."""
    try:
        return words.get(timeout=0.02)
    except queue.Empty:
        return ""


def finish(folder):
    """Write the result of a run and report it."""
    learned = folder.parent.parent / LEARNED
    if learned.exists():
        shutil.copyfile(learned, folder / "tuned.safetensors")
    scores = {"shipped": (22.0, 0.8, 7.0), "tuned": (24.5, 0.85, 4.0)}
    report = {
        name: dict(zip(("psnr_db", "ssim", "delta_e"), values, strict=True))
        for name, values in scores.items()
    }
    report |= {"built_in_loss": 0.0202, "built_in_loss_shipped": 0.02, "blend": 1.0}
    report |= {"warnings": ["Only one pair was held out."], "pictures": []}
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
    tell("done", report=report)


if __name__ == "__main__":
    sys.exit(time_steps() if "--estimate" in sys.argv else main())
