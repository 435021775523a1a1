# SPDX-License-Identifier: Apache-2.0
"""Trains every network that ships, and every model a user fine-tunes."""

from __future__ import annotations

import os

# OpenMP threads that wait by spinning starve each other when the cores are shared: with two busy
# neighbours on two cores, a training step took 5 s spinning and 0.3 s sleeping. Read once, when
# torch is first loaded, so it has to be set before.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
