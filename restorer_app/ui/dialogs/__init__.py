# SPDX-License-Identifier: Apache-2.0
"""Dialogs that the window opens."""
