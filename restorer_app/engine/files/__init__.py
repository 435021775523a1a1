# SPDX-License-Identifier: Apache-2.0
"""Photos, masks and results as files: read, written whole or not at all, many at once."""
