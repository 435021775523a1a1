# SPDX-License-Identifier: Apache-2.0
"""How long a test waits for what has to happen."""

WAIT_MS = 120_000
"""Nothing is said about how soon it happens: only a test that would wait for ever ends here."""
