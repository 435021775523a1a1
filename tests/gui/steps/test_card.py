# SPDX-License-Identifier: Apache-2.0
"""What a step's card offers: the crispness slider, finding and filling chosen apart."""

import pytest

from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.engine.steps.denoise.config import DenoiseConfig
from restorer_app.ui.steps.card import ModelOption, StepCard

PLAIN = ModelOption("plain")
MIXED = ModelOption("mixed", has_crispness=True)


@pytest.fixture
def card(qtbot):
    card = StepCard("denoise")
    qtbot.addWidget(card)
    return card


@pytest.mark.parametrize(
    ("models", "chosen", "shown"),
    [
        ((), "auto", False),
        ((PLAIN,), "auto", False),
        ((PLAIN,), "plain", False),
        ((PLAIN, MIXED), "auto", True),
        ((PLAIN, MIXED), "mixed", True),
        ((PLAIN, MIXED), "plain", False),
        ((PLAIN, MIXED), "classical", False),
    ],
)
def test_crispness_is_shown_where_a_network_has_it(card, models, chosen, shown):
    card.set_models(models)
    card.set_config(DenoiseConfig(model=chosen))
    assert card.crispness.isVisibleTo(card) == shown


def test_crispness_is_told_and_shown(card, qtbot):
    card.set_models((MIXED,))
    card.set_config(DenoiseConfig(crispness=0.3))
    assert card.crispness.value == 0.3
    with qtbot.waitSignal(card.changed) as changed:
        card.crispness.slider.setValue(70)
    step, values, text, _ = changed.args
    assert (step, values) == ("denoise", {"crispness": 0.7})
    assert text == "Crispness of Noise and grain"


def test_other_steps_have_none(qtbot):
    for step in ("damage", "tone"):
        other = StepCard(step)
        qtbot.addWidget(other)
        assert other.crispness is None


def test_finding_and_filling_are_chosen_apart(qtbot):
    card = StepCard("damage")
    qtbot.addWidget(card)
    card.set_models((ModelOption("finder"), ModelOption("filler", fills=True)))
    card.set_config(DamageConfig(model="finder", filler="filler"))
    assert (card.model.currentData(), card.filler.currentData()) == ("finder", "filler")
    assert card.model.findData("filler") == card.filler.findData("finder") == -1
    with qtbot.waitSignal(card.changed) as changed:
        card.filler.activated.emit(card.filler.findData("classical"))
    assert changed.args == ["damage", {"filler": "classical"}, "Filling of damage", ""]


def test_a_network_that_is_gone_is_still_shown(qtbot):
    card = StepCard("damage")
    qtbot.addWidget(card)
    card.set_config(DamageConfig(filler="gone"))
    assert card.filler.currentData() == "gone"
