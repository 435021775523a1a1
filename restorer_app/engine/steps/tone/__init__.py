# SPDX-License-Identifier: Apache-2.0
"""The tone step: fading, colour cast, lost contrast and uneven light."""
