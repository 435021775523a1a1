# SPDX-License-Identifier: Apache-2.0
"""The mask tool: bar, brushes, gestures, and what they change."""
