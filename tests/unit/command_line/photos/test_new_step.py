# SPDX-License-Identifier: Apache-2.0
"""A step that is added to the catalogue is in the whole command line, which does not know it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[3] / "support" / "sparkle_step.py"


def _said(*words, status=0):
    done = subprocess.run(
        [sys.executable, PROGRAM, *words], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == status, done.stderr
    return " ".join((done.stdout + done.stderr).split())


def _settings(*words):
    return json.loads(_said("plan", *words))["sparkle"]


def test_its_command_is_listed_with_its_options():
    assert "sparkle put sparkles on photos styles list the styles" in _said("--help")
    text = _said("sparkle", "--help")
    for option in (
        "--strength 0..1 how much of the effect is kept (default 1)",
        "--model NAME a network",
        "--amount 0..8 how many (default 2)",
        "--hue {warm,cold} which light (default warm)",
        "--dense close together",
    ):
        assert option in text
    assert "--edge" not in text


def test_restore_knows_it():
    text = _said("restore", "--help")
    assert "exactly these of damage, denoise, tone, style, sparkle; auto" in text
    assert "another network finds, and as placing=NAME for where they go" in text
    assert "--amount 0..8 how many sparkles" in text


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("sparkle", {"switch": "on", "amount": 2.0, "hue": "warm", "dense": False}),
        ("sparkle --amount 3 --hue cold --dense", {"amount": 3.0, "hue": "cold", "dense": True}),
        ("sparkle --model sparkle=classical", {"model": "classical", "placer": "auto"}),
        ("restore", {"switch": "auto", "amount": 2.0}),
        ("restore --preset all", {"amount": 5.0}),
        ("restore --preset all --amount 0", {"amount": 0.0}),
        ("restore --steps sparkle --strength sparkle=0.5", {"switch": "on", "strength": 0.5}),
        ("restore --model sparkle=a --model placing=b", {"model": "a", "placer": "b"}),
    ],
)
def test_its_settings_reach_the_plan(words, expected):
    found = _settings(*words.split())
    assert {name: found[name] for name in expected} == expected


def test_wrong_values_are_answered_in_its_words():
    text = _said("plan", "sparkle", "--amount", "9", status=1)
    assert "amount is 9.0, not a number from 0 to 8" in text
    assert "did you mean --amount?" in _said("sparkle", "a.png", "--amuont", "1", status=2)
