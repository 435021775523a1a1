# SPDX-License-Identifier: Apache-2.0
"""Which files belong together."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from restorer_app.engine.core.errors import TrainingDataError
from trainer.data.pair_finding import (
    FoundPairs,
    find_pairs_among,
    find_pairs_between,
    find_pairs_in,
)


def touch(folder: Path, *names: str) -> list[Path]:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return [folder / name for name in names]


def names(found: FoundPairs) -> list[tuple[str, str, str]]:
    return [(pair.name, pair.before.name, pair.after.name) for pair in found.pairs]


@pytest.mark.parametrize(
    ("first", "second"), [("before", "after"), ("Old", "NEW"), ("degraded", "restored")]
)
def test_subfolders_of_the_usual_names(first, second, tmp_path):
    touch(tmp_path, f"{first}/Oma.TIF", f"{first}/x/Opa.jpg", f"{first}/lost.png")
    touch(tmp_path, f"{second}/oma.png", f"{second}/x/opa_restored.jpeg", f"{second}/notes.txt")
    found = find_pairs_in(tmp_path)
    assert names(found) == [
        ("Oma", "Oma.TIF", "oma.png"),
        ("x/Opa", "Opa.jpg", "opa_restored.jpeg"),
    ]
    assert [path.name for path in found.unpaired] == ["lost.png"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a_before.jpg", "a_after.png"),
        ("a.jpg", "a_restored.jpg"),
        ("a_old.tif", "a.tif"),
        ("a.heic", "a-edited.jpg"),
        ("a.jpg", "a (1).jpg"),
        ("a.jpg", "a(1).jpg"),
        ("A_BEFORE.JPG", "a_After.jpg"),
        ("before_a.png", "after_a.png"),
        ("a_scan.png", "a_scan_fixed.png"),
        ("a_vorher.png", "a nachher.png"),
        ("before.png", "after.png"),
    ],
)
def test_endings_in_a_list_of_files(before, after, tmp_path):
    files = touch(tmp_path, after, before, "b.jpg")
    found = find_pairs_among(files)
    assert [(pair.before.name, pair.after.name) for pair in found.pairs] == [(before, after)]
    assert [path.name for path in found.unpaired] == ["b.jpg"]


def test_two_folders_match_equal_names_before_anything_else(tmp_path):
    touch(tmp_path, "eins/old house.jpg", "eins/house.jpg", "zwei/house.png", "zwei/old house.png")
    found = find_pairs_between(tmp_path / "eins", tmp_path / "zwei")
    assert [(p.before.name, p.after.name) for p in found.pairs] == [
        ("house.jpg", "house.png"),
        ("old house.jpg", "old house.png"),
    ]


def test_composed_and_decomposed_names_are_the_same(tmp_path):
    composed = unicodedata.normalize("NFC", "Großmütter é 写真")
    touch(tmp_path, f"before/{composed}.jpg")
    touch(tmp_path, f"after/{unicodedata.normalize('NFD', composed)}.jpg")
    found = find_pairs_in(tmp_path)
    assert len(found.pairs) == 1
    assert not found.unpaired


def test_hidden_files_and_doubtful_groups_are_no_pairs(tmp_path):
    files = touch(tmp_path, "._a.jpg", "a.jpg", "sub/c.jpg", "sub/c.png")
    found = find_pairs_among([tmp_path])
    assert not found.pairs
    assert [path.name for path in found.unpaired] == ["a.jpg", "c.jpg", "c.png"]
    assert files


def test_names_are_unique(tmp_path):
    files = touch(tmp_path, "one/a.jpg", "one/a_after.jpg")
    more = touch(tmp_path, "two/before/a.jpg", "two/after/a.jpg")
    found = find_pairs_among([*files, more[0].parents[1]])
    assert [pair.name for pair in found.pairs] == ["a", "a (2)"]


def test_what_cannot_be_searched_is_named(tmp_path):
    with pytest.raises(TrainingDataError, match="does not exist"):
        find_pairs_in(tmp_path / "gone")
    with pytest.raises(TrainingDataError, match="no pictures in"):
        find_pairs_in(tmp_path)
    with pytest.raises(TrainingDataError, match="given twice"):
        find_pairs_between(tmp_path, tmp_path)
