# SPDX-License-Identifier: Apache-2.0
"""The damage step: scratches, creases, hairs and dust are found and filled."""
