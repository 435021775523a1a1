# SPDX-License-Identifier: Apache-2.0
"""What the window asks of the engine's thread, a file for each kind of work."""
