# SPDX-License-Identifier: Apache-2.0
"""How the looks are made that need no network, one file each, and the tools they share."""
