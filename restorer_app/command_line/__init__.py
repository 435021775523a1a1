# SPDX-License-Identifier: Apache-2.0
"""The commands behind `command_line.main`, one file for each kind of work. Never Qt."""
