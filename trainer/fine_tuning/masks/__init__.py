# SPDX-License-Identifier: Apache-2.0
"""What was damaged in each pair, for the networks that find and fill."""
