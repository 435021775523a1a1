# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import os

import cv2
import numpy as np
import pytest
from style_program import made_picture, style_catalogue

from restorer_app.engine.core.errors import CheckpointError, ImageReadError, InvalidPlanError
from restorer_app.engine.core.photo import Photo
from restorer_app.engine.core.pixels import to_integer
from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.engine.pipeline.pipeline import restore
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.style import catalogue
from restorer_app.engine.steps.style.built_in import BUILT_IN
from restorer_app.engine.steps.style.catalogue import find_style, list_styles
from restorer_app.engine.steps.style.step import StyleStep
from restorer_app.engine.steps.style.style import Style, StyleKind
from restorer_app.engine.steps.style.style_file import read_user_vector
from restorer_app.engine.steps.style.style_picture import read_style_picture
from restorer_app.engine.steps.style.user_styles import (
    add_user_style,
    export_user_style,
    import_user_style,
    remove_user_style,
)


def test_without_a_network_the_made_styles_are_listed(tmp_path):
    found = list_styles(Catalogue(tmp_path / "shipped", tmp_path / "user"), tmp_path / "styles")
    assert found == BUILT_IN
    assert len({style.name for style in found}) == len(found) >= 12
    assert all((style.tone is None) != (style.drawing is None) for style in found)


def test_a_network_adds_its_styles_but_not_its_identity(tmp_path):
    found = list_styles(style_catalogue(tmp_path), tmp_path / "styles")
    painted = [style for style in found if style.kind is StyleKind.NETWORK]
    assert [(style.name, style.row) for style in painted] == [("dunes", 1), ("waves", 2)]
    assert find_style("waves", style_catalogue_of(tmp_path)).title == "Waves"


def style_catalogue_of(folder):
    return Catalogue(folder / "shipped", folder / "user")


def test_an_unknown_style_suggests_the_nearest():
    with pytest.raises(InvalidPlanError, match="did you mean cyanotype"):
        find_style("cyanotipe")
    with pytest.raises(InvalidPlanError, match="there are: sepia"):
        find_style("zzz")


class TestUserStyles:
    def test_one_is_kept_exported_removed_and_imported(self, tmp_path):
        models, folder = style_catalogue(tmp_path), tmp_path / "styles"
        vector = np.arange(6, dtype=np.float32)
        style = add_user_style("my-sea", vector, "abc", "My sea", models=models, user=folder)
        assert (style.title, style.is_user, style.problem) == ("My sea", True, "")
        export_user_style(style, tmp_path / "sea.safetensors")
        assert (tmp_path / "sea.safetensors").stat().st_size < 1000
        remove_user_style(style)
        assert not any(each.is_user for each in list_styles(models, folder))
        again = import_user_style(tmp_path / "sea.safetensors", models=models, user=folder)
        assert (again.name, again.title) == ("sea", "My sea")
        kept, network = read_user_vector(again.path)
        assert np.array_equal(kept, vector)
        assert network == "abc"

    @pytest.mark.parametrize("name", ["oil", "dunes", "identity", "", "../x", "a b"])
    def test_a_bad_or_taken_name_is_refused(self, tmp_path, name):
        with pytest.raises(InvalidPlanError, match="style"):
            add_user_style(
                name, np.zeros(3, np.float32), "", models=style_catalogue(tmp_path), user=tmp_path
            )

    def test_a_damaged_file_is_listed_with_its_problem(self, tmp_path):
        models, folder = style_catalogue(tmp_path), tmp_path / "styles"
        folder.mkdir()
        (folder / "broken.safetensors").write_bytes(b"nothing")
        assert "damaged" in find_style("broken", models, folder).problem
        with pytest.raises(CheckpointError, match="damaged"):
            import_user_style(folder / "broken.safetensors", models=models, user=tmp_path / "other")

    @pytest.mark.parametrize("kind", ["BF16", "F8_E4M3", "F8_E5M2", "F4", "U128"])
    def test_numbers_of_an_unknown_kind_are_damaged(self, tmp_path, kind):
        table = {
            "vector": {"dtype": kind, "shape": [2], "data_offsets": [0, 4]},
            "__metadata__": {"network": "1", "title": "T"},
        }
        text = json.dumps(table).encode()
        file = tmp_path / "odd.safetensors"
        file.write_bytes(len(text).to_bytes(8, "little") + text + bytes(4))
        with pytest.raises(CheckpointError, match="damaged"):
            import_user_style(file, models=style_catalogue(tmp_path), user=tmp_path / "styles")

    @pytest.mark.timeout(60)
    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders")
    def test_a_pipe_is_no_style_and_is_not_waited_for(self, tmp_path):
        os.mkfifo(tmp_path / "pipe.safetensors")
        with pytest.raises(CheckpointError, match="a pipe or a device"):
            import_user_style(
                tmp_path / "pipe.safetensors", models=style_catalogue(tmp_path), user=tmp_path
            )

    def test_a_network_is_no_style(self, tmp_path):
        models = style_catalogue(tmp_path)
        with pytest.raises(CheckpointError, match="holds no style"):
            import_user_style(models.shipped / "painter.safetensors", models=models, user=tmp_path)

    def test_what_came_with_the_program_stays(self):
        with pytest.raises(InvalidPlanError, match="came with the program"):
            remove_user_style(find_style("oil"))


class TestStylePicture:
    def _written(self, path, picture):
        ok, data = cv2.imencode(".png", np.round(picture * 255).astype(np.uint8))
        assert ok
        path.write_bytes(data.tobytes())
        return path

    def test_a_good_one_is_read_and_reduced(self, tmp_path):
        rgb = read_style_picture(self._written(tmp_path / "a.png", made_picture(900, 1500)))
        assert rgb.shape == (614, 1024, 3)
        assert rgb.dtype == np.float32

    def test_tiny_narrow_flat_and_broken_ones_say_why(self, tmp_path):
        flat = np.full((200, 200, 3), 0.5) + np.random.default_rng(1).normal(
            0, 0.002, (200, 200, 3)
        )
        cases = {
            "too small": made_picture(100, 300),
            "too narrow": made_picture(200, 4000),
            "one flat colour": flat,
        }
        for sentence, picture in cases.items():
            with pytest.raises(ImageReadError, match=sentence):
                read_style_picture(self._written(tmp_path / "b.png", picture))
        (tmp_path / "c.png").write_bytes(b"\x89PNG nonsense")
        with pytest.raises(ImageReadError, match="cannot be read"):
            read_style_picture(tmp_path / "c.png")


def test_a_new_style_is_a_file_and_a_row(monkeypatch):
    def swapped(rgb):
        return np.ascontiguousarray(rgb[..., ::-1])

    toy = Style("toy", "Toy", StyleKind.TONE, "Photographic", tone=swapped)
    monkeypatch.setattr(catalogue, "BUILT_IN", (*BUILT_IN, toy))
    assert find_style("toy") in list_styles()
    rgb = made_picture(60, 80)
    plan = RestorePlan().with_only(["style"]).with_step("style", style="toy", strength=1.0)
    done = restore(Photo(to_integer(rgb, np.uint8)), plan, steps=(StyleStep(),))
    assert np.array_equal(done.photo.pixels, to_integer(rgb, np.uint8)[..., ::-1])
    assert done.report.steps[-1].reason.text().endswith("Toy")
