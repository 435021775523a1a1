# SPDX-License-Identifier: Apache-2.0
"""The monitor on scripted histories."""

from __future__ import annotations

import pytest
import torch

from trainer.loop.monitor import Finding, Monitor, Observation, diversity
from trainer.recipe.run import MonitorConfig

CONFIG = MonitorConfig(window=20, start_step=0, burst_count=3)


def watch(observations: list[Observation], *, has_threshold: bool = True) -> list[Finding]:
    monitor = Monitor(CONFIG, has_threshold=has_threshold)
    found = (monitor.observe(step, seen) for step, seen in enumerate(observations))
    return [finding for finding in found if finding is not None]


def healthy(step: int) -> Observation:
    return Observation(1 + 0.5 * (step % 3), 0.8, 0.6 + 0.2 * (step % 2), 0.2, 0.22)


def test_a_healthy_game_has_no_findings() -> None:
    assert watch([healthy(step) for step in range(200)]) == []


def test_a_discriminator_that_always_wins_is_vanishing() -> None:
    (finding,) = watch([Observation(1, 1, 1.0, 0.2, 0.2)] * 20)
    assert finding.sickness == "vanishing gradient"
    assert "right 100.0% of the time over 20 steps" in finding.evidence


def test_a_wasserstein_critic_may_win() -> None:
    assert watch([Observation(1, 1, 1.0, 0.2, 0.2)] * 50, has_threshold=False) == []


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_bursts_of_the_gradient_are_exploding(player: str) -> None:
    history = []
    for step in range(25):
        size = 100.0 if step in (12, 16, 19) else 1.0
        norms = (size, 1.0) if player == "generator" else (1.0, size)
        history.append(Observation(*norms, 0.7, 0.2, 0.2))
    (finding,) = watch(history)
    assert finding.sickness == "exploding gradient"
    assert player in finding.evidence
    assert "3 of the last 20" in finding.evidence


def test_two_bursts_are_not_enough() -> None:
    norms = [100.0 if step in (5, 15) else 1.0 for step in range(24)]
    assert watch([Observation(norm) for norm in norms]) == []


def test_falling_diversity_is_mode_collapse() -> None:
    history = [Observation(1, 1, 0.7, max(0.01, 0.2 - 0.005 * step), 0.2) for step in range(80)]
    findings = watch(history)
    assert findings[0].sickness == "mode collapse"


def test_nothing_is_judged_before_the_start_or_before_a_full_window() -> None:
    sick = Observation(1, 1, 1.0, 0.0, 0.2)
    monitor = Monitor(MonitorConfig(window=20, start_step=100), has_threshold=True)
    steps = [step for step in range(200) if monitor.observe(step, sick)]
    # Each finding clears the history: one per window.
    assert steps == [119, 139, 159, 179, 199]


def test_history_survives_a_round_trip() -> None:
    sick = Observation(1, 1, 1.0)
    first, second = (Monitor(CONFIG, has_threshold=True) for _ in range(2))
    for step in range(19):
        first.observe(step, sick)
    second.load_state_dict(first.state_dict())
    assert second.observe(19, sick) == first.observe(19, sick) is not None


def test_diversity() -> None:
    assert diversity(torch.rand(1, 3, 16, 16)) is None
    assert diversity(torch.rand(1, 3, 16, 16).repeat(4, 1, 1, 1)) == 0
    two = torch.stack([torch.zeros(3, 16, 16), torch.ones(3, 16, 16)])
    assert diversity(two) == pytest.approx(0.5**0.5, abs=1e-6)
    # White noise is no variety: thumbnails average it away.
    assert diversity(0.5 + 0.1 * torch.randn(8, 3, 64, 64)) < 0.02
