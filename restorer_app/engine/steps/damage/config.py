# SPDX-License-Identifier: Apache-2.0
"""The settings of the damage step."""

from __future__ import annotations

from dataclasses import dataclass

from restorer_app.engine.models.tasks import FILL, FIND_DAMAGE
from restorer_app.engine.steps.config import Control, Option, StepConfig, network_setting, setting


@dataclass(frozen=True)
class DamageConfig(StepConfig):
    """Finding and filling damage.

    Attributes:
        model: the network that finds, "classical", or "auto". A network that fills may be named
            here, too: then it fills, and the default one finds.
        sensitivity: in [0, 1]; higher marks more.
        mask_path: a mask (white = repair) that replaces detection; empty detects.
        filler: the network that fills what was found, "classical", or "auto": the one that
            `model` names where that is a filling network, classical where `model` is, else the
            default one.
    """

    model: str = network_setting(FIND_DAMAGE, "Finding", "What finds damage")
    sensitivity: float = setting(
        0.5,
        "Sensitivity",
        "Higher finds fainter damage",
        Control.SLIDER,
        option=Option("--sensitivity", "higher marks more (default 0.5)", "0..1"),
    )
    mask_path: str = setting(
        "",
        "Mask",
        "A picture that is white where to repair, instead of looking for damage",
        Control.FILE,
        option=Option(
            "--mask",
            "white = repair; or a folder",
            "M.png",
            "repair what is white here instead of looking for damage; with several photos "
            "perhaps a folder of masks with the photos' names",
        ),
    )
    filler: str = network_setting(
        FILL,
        "Filling",
        "What fills damage",
        "Filling of damage",
        Option(
            "--model",
            "",
            restore_word="filling",
            restore_help="what fills the damage that another network finds",
        ),
    )
