# SPDX-License-Identifier: Apache-2.0
"""A generator small enough to be built, saved and run in every test. Importing needs no torch."""

from __future__ import annotations

CONFIG = {"widths": [4, 8], "encoder_blocks": [1, 1], "decoder_blocks": [1]}
"""Of a `RestorationUNet`."""
