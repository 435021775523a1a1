# SPDX-License-Identifier: Apache-2.0
"""The commands that read photos and write pictures: `restore`, and those of single steps."""
