# SPDX-License-Identifier: Apache-2.0
"""Training pictures: found, decoded, cropped, batched, and cut ahead of need."""
