# SPDX-License-Identifier: Apache-2.0
"""Qt methods may be called for ever, whatever they do to the reference count of None."""

import subprocess
import sys

import pytest

CALLS = """
import restorer_app.{package}
from PySide6.QtCore import QObject, Signal

class Target(QObject):
    switched = Signal(bool)

target = Target()
target.switched.connect(lambda is_on: None)
for number in range(300_000):
    target.setObjectName("name")
    if number % 6 == 0:
        target.switched.emit(True)
        target.switched.emit(False)
print("alive")
"""


@pytest.mark.parametrize("package", ["ui", "workers"])
def test_the_interpreter_survives_many_calls(package):
    """Without the protection Python 3.11 aborts after about 5,000 calls (PySide6 6.12.0)."""
    run = subprocess.run(
        [sys.executable, "-c", CALLS.format(package=package)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, "alive\n"), run.stderr
