# SPDX-License-Identifier: Apache-2.0
"""How the window looks and speaks: settings, colours, languages and words."""
