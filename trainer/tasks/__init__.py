# SPDX-License-Identifier: Apache-2.0
"""What a network can be trained to do."""
