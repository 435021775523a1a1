# SPDX-License-Identifier: Apache-2.0
"""Generators as plain modules; weights and files are the business of `checkpoint`."""
