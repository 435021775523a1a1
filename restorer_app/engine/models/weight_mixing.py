# SPDX-License-Identifier: Apache-2.0
"""Between two networks of one architecture: faithful weights and adversarially trained ones."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from restorer_app.engine.core.errors import IncompatibleCheckpointError

if TYPE_CHECKING:
    from torch import nn


def mix_weights(natural: nn.Module, crisp: nn.Module, share: float) -> nn.Module:
    """A new network whose weights are `(1 - share) * natural + share * crisp`.

    It works where `crisp` was fine-tuned from `natural`: the two then lie in one valley of the
    loss, and every point between them is a good network too.

    Source: network interpolation, Wang et al. 2018, "ESRGAN", arXiv:1809.00219, section 3.4.

    Args:
        natural: not changed.
        crisp: of the same architecture; not changed.
        share: in [0, 1].

    Raises:
        IncompatibleCheckpointError: the two have different weights.
    """
    mixed = copy.deepcopy(natural)
    state, other = mixed.state_dict(), crisp.state_dict()
    shapes = {name: tensor.shape for name, tensor in state.items()}
    if shapes != {name: tensor.shape for name, tensor in other.items()}:
        raise IncompatibleCheckpointError(
            "The natural and the crisp network differ in their architecture; set crispness to 0."
        )
    # state_dict() shares memory with the network: this changes it in place.
    for name, tensor in state.items():
        tensor.lerp_(other[name], share)
    return mixed
