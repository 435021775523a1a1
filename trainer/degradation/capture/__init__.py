# SPDX-License-Identifier: Apache-2.0
"""What taking and scanning do to a picture: blur, noise, compression."""
