# SPDX-License-Identifier: Apache-2.0
"""Set before anything imports Qt: tests never need a screen."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Read when torch is loaded: threads that wait by spinning starve each other on shared cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
