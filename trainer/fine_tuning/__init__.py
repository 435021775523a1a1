# SPDX-License-Identifier: Apache-2.0
"""Fine-tuning on a person's own before/after pairs.

`data.pair_finding` -> `pairs.registration` / `pairs.preparation` -> `run.job` -> `run.tuning` (in a
process of its own, started with `run.child_command`, which speaks `run.events`) ->
`pairs.comparison` -> `run.keeping`. Which networks learn from pairs is listed in `run.tunables`;
what training each does differently is in `run.kinds`. `masks.derivation` tells from a pair what was
damaged.
What a window needs imports no torch: `run.job`, `run.tunables`, `run.recipe` (its fields),
`run.events`, `run.keeping`, `run.outlook`, `run.child_command`, `pairs.registration` and
`pairs.preparation`.

Old scans without pairs: `scans.copies` -> `scans.aged_pairs` -> `run.tuning` -> `scans.comparison`,
all told by `scans.unpaired_run`; these import torch.
"""
