# SPDX-License-Identifier: Apache-2.0
"""The photo that is open: what is to be done with it, undone, kept and saved."""
