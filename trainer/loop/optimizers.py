# SPDX-License-Identifier: Apache-2.0
"""The optimizers of a recipe, each a list because Muon shares a network with AdamW."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from trainer.recipe.learning import OptimizerConfig
from trainer.recipe.schema import RecipeError

_NEGLIGIBLE = 1e-18


def orthogonalize(matrix: Tensor, iterations: int = 5) -> Tensor:
    """Replace the singular values of (R, C) by about 1 (0.68 to 1.14), by Newton-Schulz.

    The iteration runs on the small Gram matrix X X^T and touches X only at both ends: the same
    result as the usual form to 1e-5, three times faster at (144, 1296) on a CPU.

    Source: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks",
    https://kellerjordan.github.io/posts/muon/; the quintic with coefficients tuned for the
    steepest slope at zero.
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    is_tall = matrix.shape[0] > matrix.shape[1]
    wide = matrix.T if is_tall else matrix
    wide = wide / (wide.norm() + 1e-7)
    gram = wide @ wide.T
    # Flushing denormals is a setting of one thread; what OpenMP's others would meet goes here.
    gram[gram.abs() < _NEGLIGIBLE] = 0
    total = torch.eye(len(gram), dtype=gram.dtype, device=gram.device)
    for _ in range(iterations):
        factor = torch.addmm(gram, gram, gram, beta=b, alpha=c)
        factor.diagonal().add_(a)
        total = factor @ total
        gram = factor @ gram @ factor
    result: Tensor = total @ wide
    return result.T if is_tall else result


class Muon(Optimizer):
    """Nesterov momentum made orthogonal, for inner convolution weights only.

    A weight (O, I, k, k) is taken as the matrix (O, I * k * k). For networks that normalise: in the
    U-Nets, which do not, it silenced the deep units, see EXPERIMENTS.md.

    Source: see `orthogonalize`.
    """

    def __init__(
        self, params: Iterable[Tensor], lr: float, momentum: float, weight_decay: float
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Move the weights; `closure` is called first where given."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    self._move(weight, group)
        return loss

    def _move(self, weight: Tensor, group: dict[str, Any]) -> None:
        state = self.state[weight]
        if not state:
            state["momentum"] = torch.zeros_like(weight)
        momentum, gradient = state["momentum"], weight.grad
        momentum.lerp_(gradient, 1 - group["momentum"])
        ahead = gradient.lerp(momentum, group["momentum"])  # type: ignore[union-attr]
        update = orthogonalize(ahead.reshape(len(ahead), -1))
        # A tall matrix of orthonormal columns changes its outputs less than a wide one.
        size = max(1.0, update.shape[0] / update.shape[1]) ** 0.5
        weight.mul_(1 - group["lr"] * group["weight_decay"])
        weight.add_(update.reshape(weight.shape), alpha=-group["lr"] * size)


def freeze(network: nn.Module, config: OptimizerConfig) -> None:
    """Hold the modules that shall stay as they came; before the network is wrapped or moved.

    Raises:
        RecipeError: the network has no module of a name that the recipe holds or slows down.
    """
    known = dict(network.named_modules())
    for name in (*config.frozen_modules, *config.slow_modules):
        if name not in known:
            raise RecipeError(f"The network has no module '{name}' to freeze or to slow down.")
    for name in config.frozen_modules:
        known[name].requires_grad_(requires_grad=False)


def make_optimizers(network: nn.Module, config: OptimizerConfig) -> list[Optimizer]:
    """The optimizers that together move every weight of `network` once."""
    rate, decay = config.learning_rate, config.weight_decay
    # Fused: weight by weight, Adam's handful of operations each took a tenth of a step.
    adam: dict[str, Any] = {
        "lr": rate,
        "betas": (config.beta1, config.beta2),
        "weight_decay": decay,
        "fused": True,
    }
    if config.kind == "muon":
        inner, rest = _split_for_muon(network, config.muon_exclude)
        optimizers: list[Optimizer] = []
        if inner:
            optimizers.append(
                Muon(
                    inner, config.muon_learning_rate, config.muon_momentum, config.muon_weight_decay
                )
            )
        if rest:
            optimizers.append(torch.optim.AdamW(rest, **adam))
    elif config.kind == "adamw":
        optimizers = [torch.optim.AdamW(_by_fan_in(network, config), **adam)]
    elif config.kind == "adam":
        optimizers = [torch.optim.Adam(network.parameters(), **adam)]
    else:
        optimizers = [
            torch.optim.RMSprop(
                network.parameters(), rate, config.beta2, weight_decay=decay, momentum=config.beta1
            )
        ]
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["base_lr"] = group["lr"]
    return optimizers


def _by_fan_in(network: nn.Module, config: OptimizerConfig) -> list[dict[str, Any]]:
    """Groups of parameters with the rate that suits so many inputs.

    Adam moves each weight by about its rate, and the weights of one unit mostly together: what a
    step does to the unit grows with the number of its inputs. At 2e-3, one step moved units of
    1,296 inputs by more than their deviation, and all to the side where they do least.

    Source: Yang et al. 2022, "Tensor Programs V", arXiv:2203.03466, table 3.
    """
    groups: dict[float, list[Tensor]] = {}
    for name, weight in network.named_parameters():
        fan_in = weight[0].numel() if weight.ndim > 1 else 1
        factor = 1.0
        if config.full_rate_fan_in:
            factor = min(1.0, config.full_rate_fan_in / fan_in)
        if any(name.startswith(f"{module}.") for module in config.slow_modules):
            factor *= config.slow_factor
        groups.setdefault(config.learning_rate * factor, []).append(weight)
    return [{"params": weights, "lr": rate} for rate, weights in groups.items()]


def _split_for_muon(
    network: nn.Module, exclude: tuple[str, ...]
) -> tuple[list[Tensor], list[Tensor]]:
    inner: list[Tensor] = []
    rest: list[Tensor] = []
    for name, weight in network.named_parameters():
        outer = set(name.split(".")) & set(exclude)
        (inner if weight.ndim == 4 and not outer else rest).append(weight)
    return inner, rest


def scale_rates(optimizers: Iterable[Optimizer], factor: float) -> None:
    """Set every learning rate to its largest value times `factor`."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = group["base_lr"] * factor
