# SPDX-License-Identifier: Apache-2.0
"""Learning from old scans and clean pictures that are not of the same things.

Not the cycle of two generators (CycleGAN, Zhu et al. 2017, arXiv:1703.10593): the ageing is
learnt first, and the restorer then learns from pairs that it makes of clean pictures (Bulat et
al. 2018, arXiv:1807.11458). So the restorer never plays against a discriminator, which on a dozen
scans would teach it to invent; every pixel that it learns is a true one.

`data.measured_tone` -> `data.measured_texture` -> `tasks.age` (the game) ->
`aged_pairs` (the pairs) -> `unpaired_run`.
"""
