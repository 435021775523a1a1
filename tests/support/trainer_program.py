# SPDX-License-Identifier: Apache-2.0
"""`restorer-trainer` inside the test's own process."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout

from trainer.__main__ import run


def run_trainer(*words: object) -> str:
    """What it prints; the test fails where it does not end well."""
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        status = run([str(word) for word in words])
    assert status == 0, printed.getvalue()
    return printed.getvalue()
