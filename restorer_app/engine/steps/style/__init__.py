# SPDX-License-Identifier: Apache-2.0
"""Styles: what a photo can be made to look like, and how each look is made."""
