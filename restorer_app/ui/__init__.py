# SPDX-License-Identifier: Apache-2.0
"""The window. Importing it does not import torch."""
