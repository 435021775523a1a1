# SPDX-License-Identifier: Apache-2.0
"""Runs a plan over a photo: steps in order, tile by tile, cached, mixed and reported."""
