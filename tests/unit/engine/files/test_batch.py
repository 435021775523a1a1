# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import pytest

from restorer_app.engine.files.batch import BatchError, PhotoJob, Suffixes, plan_jobs

SUFFIXES = Suffixes(
    {".jpg", ".png", ".heic"}, {".jpg": ".jpg", ".png": ".png", ".heic": ".jpg", ".tif": ".tif"}
)


@pytest.fixture
def tree(tmp_path):
    """a.jpg, b.png, notes.txt, .hidden.jpg, sub/c.jpg"""
    root = tmp_path / "Fotos ä"
    for name in ("a.jpg", "b.png", "notes.txt", ".hidden.jpg", "sub/c.jpg", ".git/d.jpg"):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    return root


def _targets(jobs, base):
    return [job.target.relative_to(base).as_posix() for job in jobs]


class TestPlanJobs:
    def test_one_photo_to_one_file(self, tree, tmp_path):
        out = tmp_path / "out.png"
        assert plan_jobs([tree / "a.jpg"], out, SUFFIXES) == [PhotoJob(tree / "a.jpg", out)]

    def test_one_photo_to_a_folder(self, tree, tmp_path):
        for out in (tmp_path / "new", tree / "sub"):
            jobs = plan_jobs([tree / "a.jpg"], out, SUFFIXES)
            assert jobs == [PhotoJob(tree / "a.jpg", out / "a.jpg")]

    def test_folder_without_its_folders(self, tree, tmp_path):
        assert _targets(plan_jobs([tree], tmp_path / "o", SUFFIXES), tmp_path) == [
            "o/a.jpg",
            "o/b.png",
        ]

    def test_recursive_mirrors_the_tree(self, tree, tmp_path):
        jobs = plan_jobs([tree], tmp_path / "o", SUFFIXES, recursive=True)
        assert _targets(jobs, tmp_path) == ["o/a.jpg", "o/b.png", "o/sub/c.jpg"]

    def test_output_inside_the_input_is_not_read(self, tree):
        (tree / "sub" / "done").mkdir()
        (tree / "sub" / "done" / "a.jpg").write_bytes(b"x")
        jobs = plan_jobs([tree], tree / "sub" / "done", SUFFIXES, recursive=True)
        assert [job.source.name for job in jobs] == ["a.jpg", "b.png", "c.jpg"]

    def test_converted_photo_gives_way(self, tmp_path):
        for name in ("a.heic", "a.jpg"):
            (tmp_path / name).write_bytes(b"x")
        jobs = plan_jobs([tmp_path], tmp_path / "o", SUFFIXES)
        assert {job.source.name: job.target.name for job in jobs} == {
            "a.heic": "a-heic.jpg",
            "a.jpg": "a.jpg",
        }

    def test_same_names_from_two_folders(self, tmp_path):
        for folder in ("x", "y", "z"):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / ("A.JPG" if folder == "y" else "a.jpg")).write_bytes(b"x")
        inputs = [tmp_path / each for each in ("x", "y", "z")]
        jobs = plan_jobs(inputs, tmp_path / "o", SUFFIXES)
        assert len({str(job.target).casefold() for job in jobs}) == 3

    def test_several_photos_need_a_folder(self, tree, tmp_path):
        with pytest.raises(BatchError, match="2 photos need a folder"):
            plan_jobs([tree], tmp_path / "out.png", SUFFIXES)

    def test_folder_with_one_photo_still_goes_to_a_folder(self, tree, tmp_path):
        jobs = plan_jobs([tree / "sub"], tmp_path / "o", SUFFIXES)
        assert _targets(jobs, tmp_path) == ["o/c.jpg"]

    @pytest.mark.parametrize("name", ["Karl d.J", "Box 1.5", "St. Gallen", "Album 12.1967"])
    def test_a_folder_may_have_a_dot_in_its_name(self, name, tree, tmp_path):
        photo = next(each for each in sorted(tree.rglob("*.jpg")))
        jobs = plan_jobs([photo], tmp_path / name, SUFFIXES)
        assert [job.target for job in jobs] == [tmp_path / name / photo.name]

    def test_folders_of_thumbnails_are_passed_over_and_told(self, tmp_path):
        thumbnail = "d.J/@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg"
        for name in ("a.jpg", thumbnail, "d.J/b.jpg", "#recycle/c.jpg"):
            (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "in" / name).write_bytes(b"x")
        told, out = [], tmp_path / "out"
        jobs = plan_jobs(
            [tmp_path / "in"], out, SUFFIXES, recursive=True, on_passed_over=told.append
        )
        assert _targets(jobs, out) == ["a.jpg", "d.J/b.jpg"]
        assert sorted(told) == [tmp_path / "in" / "#recycle", tmp_path / "in" / "d.J" / "@eaDir"]

    def test_empty_folder_says_so(self, tmp_path):
        with pytest.raises(BatchError, match=r"no photos.*--recursive"):
            plan_jobs([tmp_path], tmp_path / "o", SUFFIXES)

    def test_result_over_another_source_is_refused(self, tmp_path):
        for name in ("a.jpg", "b/a.jpg"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(b"x")
        with pytest.raises(BatchError, match="would replace"):
            plan_jobs([tmp_path / "a.jpg", tmp_path / "b" / "a.jpg"], tmp_path / "b", SUFFIXES)

    def test_missing_input_stays_a_job(self, tree, tmp_path):
        jobs = plan_jobs([tree / "a.jpg", tree / "gone.jpg"], tmp_path / "o", SUFFIXES)
        assert jobs[1].source == tree / "gone.jpg"


def test_paths_may_be_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.jpg").write_bytes(b"x")
    assert plan_jobs([Path("a.jpg")], Path("b.jpg"), SUFFIXES)[0].target == Path("b.jpg")
