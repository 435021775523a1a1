# SPDX-License-Identifier: Apache-2.0
"""The window itself: what is where, its commands, menus and small dialogs."""
