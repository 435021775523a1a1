# SPDX-License-Identifier: Apache-2.0
"""One module per file format, and what they share. The public face is `engine.image_io`."""
