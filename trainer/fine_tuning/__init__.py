# SPDX-License-Identifier: Apache-2.0
"""Fine-tuning on a person's own before/after pairs.

`pair_finding` -> `registration` / `preparation` -> `job` -> `tuning` (in a process of its own,
started with `child_command`, which speaks `events`) -> `comparison` -> `keeping`. What differs for
the networks that find and fill damage is listed in `kinds`; `mask_derivation` tells them from a
pair what was damaged. What a window needs imports no torch: everything here but `tuning`,
`tuning_task`, `kinds`, `damage_tuning`, `damage_comparison`, `built_in`, `watching`,
`blending_back`, `comparison` and `conclusion`.

Old scans without pairs: `scan_copies` -> `aged_pairs` (by `trainer.unpaired`) -> `tuning` ->
`scan_comparison`, all told by `unpaired_run`; these import torch.
"""
