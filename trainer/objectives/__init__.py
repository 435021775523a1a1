# SPDX-License-Identifier: Apache-2.0
"""What makes an output good: losses, features, and the networks that judge."""
