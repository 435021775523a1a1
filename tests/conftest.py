# SPDX-License-Identifier: Apache-2.0
"""Set before anything imports Qt: tests never need a screen."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
