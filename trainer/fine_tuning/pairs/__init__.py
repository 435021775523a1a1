# SPDX-License-Identifier: Apache-2.0
"""Before/after pairs: found, laid on each other, copied, learnt from and compared."""
