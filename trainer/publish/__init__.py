# SPDX-License-Identifier: Apache-2.0
"""From a finished run to a network that ships: exported, measured, described, looked at."""
