# SPDX-License-Identifier: Apache-2.0
"""The denoise step: grain, noise and compression, by a network or a sliding cosine transform."""
