# SPDX-License-Identifier: Apache-2.0
"""The commands behind `restorer_app.cli`, one file for each kind of work. Never Qt."""
