# SPDX-License-Identifier: Apache-2.0
"""Keeps what a network knew: goes back from the tuned weights towards the shipped ones."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from restorer_app.engine.models.weight_mixing import mix_weights

_ROUNDS = 6


def blend_back(
    shipped: nn.Module, tuned: nn.Module, loss: Callable[[nn.Module], float], limit: float
) -> tuple[nn.Module, float]:
    """The network between the two that is nearest to the tuned one and keeps the limit.

    Bisection: near the shipped weights the loss grows with the distance. What is returned was
    measured, so where that fails it is only not the farthest.

    Args:
        shipped: keeps the limit.
        tuned: fine-tuned from `shipped`.
        loss: of a network, on what it must not forget.
        limit: largest loss allowed.

    Returns:
        The network and its share of the tuned weights in [0, 1].

    Source: Wortsman et al. 2022, "Robust fine-tuning of zero-shot models" (WiSE-FT),
        arXiv:2109.01903.
    """
    if loss(tuned) <= limit:
        return tuned, 1.0
    good, bad = 0.0, 1.0
    best = shipped
    for _ in range(_ROUNDS):
        share = (good + bad) / 2
        mixed = mix_weights(shipped, tuned, share)
        if loss(mixed) <= limit:
            good, best = share, mixed
        else:
            bad = share
    return best, good
