# SPDX-License-Identifier: Apache-2.0
"""Threads between the window and the engine; QtCore only."""
"""Threads between the window and the engine."""
