# SPDX-License-Identifier: Apache-2.0
"""The settings of the denoise step."""

from __future__ import annotations

from dataclasses import dataclass

from restorer_app.engine.steps.config import Control, Option, StepConfig, setting

_CRISPNESS_HELP = (
    "of denoise: 0 natural and faithful (the default), 1 crisp with invented detail; "
    "needs a network with a crisp companion, and the report says where there is none"
)


@dataclass(frozen=True)
class DenoiseConfig(StepConfig):
    """Grain, noise, compression artefacts, soft focus.

    Attributes:
        crispness: in [0, 1]; 0 natural (most faithful), 1 crisp (adversarially trained).
    """

    crispness: float = setting(
        0.0,
        "Crispness",
        "From natural and faithful to crisp, with invented detail",
        Control.SLIDER,
        not_all_networks=True,
        option=Option("--crispness", _CRISPNESS_HELP, "0..1", _CRISPNESS_HELP),
    )
