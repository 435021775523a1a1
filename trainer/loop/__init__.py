# SPDX-License-Identifier: Apache-2.0
"""The training itself: players, steps, snapshots, and what watches over them."""
