# SPDX-License-Identifier: Apache-2.0
"""A mask of the document: what it is made of, and every change of it that can be undone."""
