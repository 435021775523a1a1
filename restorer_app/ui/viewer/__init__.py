# SPDX-License-Identifier: Apache-2.0
"""Shows pictures of any size, before and after."""
