# SPDX-License-Identifier: Apache-2.0
"""A run from its job to its end: in a process of its own, told by events."""
