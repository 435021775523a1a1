# SPDX-License-Identifier: Apache-2.0
"""Trains every network that ships, and every model a user fine-tunes."""
