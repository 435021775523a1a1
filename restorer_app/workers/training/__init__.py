# SPDX-License-Identifier: Apache-2.0
"""The thread that supervises a training process, and what that process tells."""
