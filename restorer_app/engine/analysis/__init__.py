# SPDX-License-Identifier: Apache-2.0
"""What can be measured on a photo: noise, compression, where the picture lies on the scan."""
