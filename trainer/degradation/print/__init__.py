# SPDX-License-Identifier: Apache-2.0
"""What years do to a print: fading, paper, stains, the marks of presses."""
