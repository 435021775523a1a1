# SPDX-License-Identifier: Apache-2.0
"""What a step's card offers: the crispness slider, finding and filling chosen apart."""

import pytest
from PySide6.QtWidgets import QLabel
from sparkle_step import STEPS, SparkleConfig
from toy_words import told

from restorer_app.engine.models.tasks import FILL, FIND_DAMAGE
from restorer_app.engine.models.words import ModelPhrase
from restorer_app.engine.pipeline.report import StepReport
from restorer_app.engine.pipeline.words import RunPhrase
from restorer_app.engine.steps import catalogue
from restorer_app.engine.steps.damage.config import DamageConfig
from restorer_app.engine.steps.denoise.config import DenoiseConfig
from restorer_app.engine.steps.tone.config import ToneConfig
from restorer_app.ui.steps.card import StepCard
from restorer_app.ui.steps.controls import ModelOption

PLAIN = ModelOption("plain", task="denoise")
MIXED = ModelOption("mixed", task="denoise", heard=frozenset({"crispness"}))


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
    assert card.widgets["crispness"].isVisibleTo(card) == shown


def test_crispness_is_told_and_shown(card, qtbot):
    card.set_models((MIXED,))
    card.set_config(DenoiseConfig(crispness=0.3))
    assert card.widgets["crispness"].value == 0.3
    with qtbot.waitSignal(card.changed) as changed:
        card.widgets["crispness"].slider.setValue(70)
    step, values, text, _ = changed.args
    assert (step, values) == ("denoise", {"crispness": 0.7})
    assert text == "Crispness of Noise and grain"


def test_a_correction_by_hand_is_shown_around_zero(qtbot):
    card = StepCard("tone")
    qtbot.addWidget(card)
    warmth = card.widgets["warmth"]
    shown = []
    for value in (0.0, 0.4, -1.0):
        card.set_config(ToneConfig(warmth=value))
        shown += [each.text() for each in warmth.findChildren(QLabel) if "%" in each.text()]
    assert shown == ["0 %", "+40 %", "-100 %"]
    with qtbot.waitSignal(card.changed) as changed:
        warmth.slider.setValue(75)
    assert changed.args[:2] == ["tone", {"warmth": 0.5}]


def test_other_steps_have_none(qtbot):
    for step in ("damage", "tone"):
        other = StepCard(step)
        qtbot.addWidget(other)
        assert "crispness" not in other.widgets


def test_finding_and_filling_are_chosen_apart(qtbot):
    card = StepCard("damage")
    qtbot.addWidget(card)
    card.set_models((ModelOption("finder", task=FIND_DAMAGE), ModelOption("filler", task=FILL)))
    card.set_config(DamageConfig(model="finder", filler="filler"))
    assert (card.widgets["model"].currentData(), card.widgets["filler"].currentData()) == (
        "finder",
        "filler",
    )
    assert (
        card.widgets["model"].findData("filler") == card.widgets["filler"].findData("finder") == -1
    )
    with qtbot.waitSignal(card.changed) as changed:
        card.widgets["filler"].activated.emit(card.widgets["filler"].findData("classical"))
    assert changed.args == ["damage", {"filler": "classical"}, "Filling of damage", ""]


def test_the_method_of_tone_is_offered_where_there_is_a_network(qtbot):
    card = StepCard("tone")
    qtbot.addWidget(card)
    method = card.widgets["model"]
    assert not method.isVisibleTo(card)
    card.set_models((ModelOption("fader", task="tone"), PLAIN))
    assert method.isVisibleTo(card)
    offered = [method.itemData(index) for index in range(method.count())]
    assert offered == ["auto", "classical", "fader"]
    with qtbot.waitSignal(card.changed) as changed:
        method.activated.emit(1)
    assert changed.args == ["tone", {"model": "classical"}, "Method of Colour and contrast", ""]


def test_a_network_that_is_gone_is_still_shown(qtbot):
    card = StepCard("damage")
    qtbot.addWidget(card)
    card.set_config(DamageConfig(filler="gone"))
    assert card.widgets["filler"].currentData() == "gone"


def test_what_was_not_done_as_asked_is_seen_at_once(card):
    fallback = ModelPhrase.CLASSICAL_INSTEAD(error="The file is damaged.")
    report = StepReport("denoise", True, told("grain, removed"), fallbacks=(fallback,))
    card.set_report(report)
    assert card.status.text().splitlines() == [
        "✓ Grain, removed",
        "Used the classical way instead: a network cannot be used",
    ]
    assert card.details.text().splitlines()[0] == "The file is damaged."
    card.details_button.setChecked(True)
    card.set_report(None)
    assert card.status.text() == card.status.text().rstrip() != ""
    for each in (card.details, card.details_button):
        assert not each.isVisibleTo(card)
    assert card.status.toolTip() == ""


def test_a_step_that_is_off_has_no_details(card):
    card.set_report(StepReport("denoise", False, RunPhrase.SWITCHED_OFF()))
    assert card.status.text() == "– Switched off"
    assert not card.details_button.isVisibleTo(card)


class TestNewStep:
    """A step that is added to the catalogue has a card, which knows nothing of it."""

    @pytest.fixture
    def card(self, qtbot, monkeypatch):
        monkeypatch.setattr(catalogue, "STEPS", STEPS)
        card = StepCard("sparkle")
        qtbot.addWidget(card)
        return card

    def test_every_kind_of_setting_is_on_it(self, card):
        kinds = {field: type(each).__name__ for field, each in card.widgets.items()}
        assert kinds == {
            "switch": "Segments", "strength": "ValueSlider", "amount": "ValueSlider",
            "hue": "CalmBox", "edge": "Segments", "dense": "QCheckBox", "model": "CalmBox",
            "placer": "CalmBox",
        }  # fmt: skip
        assert card.accessibleName() == "Sparkles"
        assert card.widgets["amount"].slider.toolTip() == "How many"

    def test_it_shows_a_config(self, card):
        card.set_config(SparkleConfig(amount=6, hue="cold", edge="warm", dense=True, placer="gone"))
        widgets = card.widgets
        assert widgets["amount"].value == 0.75
        assert (widgets["hue"].currentText(), widgets["edge"].value) == ("Cold", "warm")
        assert widgets["dense"].isChecked()
        assert widgets["placer"].currentData() == "gone"

    def test_each_network_is_offered_for_its_task(self, card):
        card.set_models((ModelOption("painter", task="sparkle"), ModelOption("who", task="place")))
        model, placer = card.widgets["model"], card.widgets["placer"]
        assert (model.findData("painter"), placer.findData("who")) == (2, 2)
        assert model.findData("who") == placer.findData("painter") == -1

    def test_changes_are_told(self, card):
        told = []
        card.changed.connect(lambda *words: told.append(words))
        card.widgets["amount"].slider.setValue(50)
        card.widgets["dense"].click()
        card.widgets["hue"].activated.emit(1)
        card.widgets["edge"].button("warm").click()
        assert told == [
            ("sparkle", {"amount": 4.0}, "Amount of Sparkles", "sparkle.amount"),
            ("sparkle", {"dense": True}, "Dense of Sparkles", ""),
            ("sparkle", {"hue": "cold"}, "Hue of Sparkles", ""),
            ("sparkle", {"edge": "warm"}, "Edge of Sparkles", ""),
        ]
