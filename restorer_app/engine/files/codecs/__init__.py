# SPDX-License-Identifier: Apache-2.0
"""One module per file format, and what they share. `engine.files.formats` lists them."""
