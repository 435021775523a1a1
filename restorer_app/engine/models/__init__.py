# SPDX-License-Identifier: Apache-2.0
"""The networks: which there are, how they lie on disk, and those that are loaded."""
