# SPDX-License-Identifier: Apache-2.0
"""The style gallery: tiles, previews, and styles of one's own."""
