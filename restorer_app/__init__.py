# SPDX-License-Identifier: Apache-2.0
"""Restorer: repairs old photographs on the user's own computer."""
