# SPDX-License-Identifier: Apache-2.0
"""Keys and values, worded in a language."""

import pytest

from restorer_app.engine.core.message import ENGLISH, Language, Phrase, Title


class Words(Phrase, room="toy"):
    FOUND = ("Grain {kind}", "Noise {level:.1f} on {part:share}. {method}")
    SAME = "Grain"
    AS_WELL = "Grain"
    INSIDE = ("{reason}", "On. {reason:details}")


GERMAN = Language(
    {"Grain {kind}": "Korn {kind}", "Grain": "Korn"}.get,
    lambda value, digits: f"{value:.{digits}f}".replace(".", ","),
    lambda title: f"<{title}>",
)


def test_a_message_has_key_and_values():
    message = Words.FOUND(kind="fine", level=3.25, part=0.5, method=Words.SAME())
    assert message.to_json() == {
        "key": "toy.found",
        "values": {
            "kind": "fine", "level": 3.25, "part": 0.5,
            "method": {"key": "toy.same", "values": {}},
        },
    }  # fmt: skip


def test_text_and_details_are_worded_in_a_language():
    message = Words.FOUND(kind=Title("fine"), level=3.26, part=0.5, method=Words.SAME())
    assert message.text() == "Grain fine"
    assert message.details() == "Noise 3.3 on 50 %. Grain"
    assert message.in_full() == str(message) == "Grain fine. Noise 3.3 on 50 %. Grain"
    german = Language(lambda text: GERMAN.translate(text) or text, GERMAN.number, GERMAN.title)
    assert message.text(german) == "Korn <fine>"
    assert message.details(german) == "Noise 3,3 on 50 %. Korn"


@pytest.mark.parametrize(
    ("part", "words"),
    [(0, "0.00 %"), (1e-6, "< 0.01 %"), (0.00314, "0.31 %"), (0.098, "9.80 %"), (1.0, "100 %")],
)
def test_shares_have_digits_where_they_tell_something(part, words):
    message = Words.FOUND(kind="", level=0, part=part, method="")
    assert message.details() == f"Noise 0.0 on {words}."


def test_nothing_leaves_no_blank_and_names_stay_as_they_are():
    assert Words.FOUND(kind="", level=0, part=1, method="").text() == "Grain"
    name = "two  blanks"
    assert Words.FOUND(kind=name, level=0, part=1, method="").text() == f"Grain {name}"


def test_a_message_may_stand_in_another():
    reason = Words.FOUND(kind="fine", level=1, part=1, method="")
    assert Words.INSIDE(reason=reason).in_full() == "Grain fine. On. Noise 1.0 on 100 %."
    assert Words.INSIDE(reason=Words.SAME()).in_full(ENGLISH) == "Grain. On."


@pytest.mark.parametrize("values", [{}, {"kind": 1}, {"reason": 1, "more": 2}])
def test_values_that_do_not_fit_are_refused(values):
    with pytest.raises(TypeError, match=r"toy.inside takes \['reason'\]"):
        Words.INSIDE(**values)


def test_two_phrases_may_have_one_text():
    assert Words.SAME is not Words.AS_WELL
    assert Words.SAME() != Words.AS_WELL()
    assert len({Words.SAME(), Words.SAME(), Words.AS_WELL()}) == 2


def test_what_is_only_a_placeholder_is_not_translated():
    assert list(Words.INSIDE.texts()) == ["On. {reason:details}"]
