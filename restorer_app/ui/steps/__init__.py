# SPDX-License-Identifier: Apache-2.0
"""The left side: a card per step, presets, and what a restore did."""
