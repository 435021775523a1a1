# SPDX-License-Identifier: Apache-2.0
"""Fills holes: from cosine waves of the surroundings, which a network corrects, with grain."""
