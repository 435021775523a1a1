# SPDX-License-Identifier: Apache-2.0
"""The mask that a person works on: painted, followed along scratches, undone and kept."""
