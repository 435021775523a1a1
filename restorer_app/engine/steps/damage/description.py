# SPDX-License-Identifier: Apache-2.0
"""The damage step, described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from restorer_app.engine.steps.config import Switch
from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.engine.steps.damage.words import DamagePhrase
from restorer_app.engine.steps.description import MASK, StepCommand, StepDescription, Tuning

if TYPE_CHECKING:
    from restorer_app.engine.models.catalogue import Catalogue
    from restorer_app.engine.steps.step import Step


class _Damage(StepDescription[DamageConfig]):
    name = "damage"
    title = "Scratches and dust"
    hint = "Finds scratches, dust, stains and creases and fills them in."
    config_type = DamageConfig
    phrases = DamagePhrase
    takes_mask = True
    commands = (
        StepCommand(
            "detect",
            "write a mask of the damage: white = damaged",
            ("sensitivity", "model"),
            writes_mask=True,
        ),
        StepCommand(
            "inpaint",
            "fill what a mask marks white",
            (MASK, "strength", "model"),
            required=(MASK,),
        ),
    )
    tunings = (
        Tuning(
            "damage",
            "Finding damage",
            "Learns from what was repaired in your pairs which damage to look for.",
        ),
        Tuning(
            "inpaint",
            "Filling damage",
            "Learns from your pairs what belongs where damage was repaired.",
        ),
    )
    presets = {  # nobody writes to it
        "gentle": {"sensitivity": 0.35},
        "scan": {"switch": Switch.ON, "sensitivity": 0.6},
        "all": {"switch": Switch.ON},
    }

    def networks(self, config: DamageConfig, catalogue: Catalogue) -> dict[str, str]:
        """See `network_names`: one name can speak of both tasks."""
        from restorer_app.engine.steps.damage.networks import network_names

        return network_names(config, catalogue)

    def load(self) -> Step:
        from restorer_app.engine.steps.damage.step import DamageStep

        return DamageStep()


DAMAGE = _Damage()
