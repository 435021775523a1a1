# SPDX-License-Identifier: Apache-2.0
"""Finds damage: by a network, or by small candidates that are judged one by one."""
