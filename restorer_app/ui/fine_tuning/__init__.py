# SPDX-License-Identifier: Apache-2.0
"""The window of Tools > Fine-tune: pairs, plan, run and result."""
