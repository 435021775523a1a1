# SPDX-License-Identifier: Apache-2.0
"""Widgets that the window is made of."""
