# SPDX-License-Identifier: Apache-2.0
"""Damage and what only looks like it, drawn on blank sheets."""
