# SPDX-License-Identifier: Apache-2.0
"""What a recipe can say, and how it is read."""
