# SPDX-License-Identifier: Apache-2.0
"""What everything else is made of: photos, pixels, masks, colour, devices, progress and errors."""
