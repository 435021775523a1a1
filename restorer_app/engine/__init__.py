# SPDX-License-Identifier: Apache-2.0
"""Everything that touches pixels. Never imports Qt, never imports the trainer."""
