# SPDX-License-Identifier: Apache-2.0
"""Fills holes: thin ones from cosine waves that a network corrects, wide ones with patches."""
