# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import pytest

from restorer_app.engine.files.batch import BatchError, Journal, PhotoJob, Suffixes, plan_jobs

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


class TestJournal:
    @pytest.fixture
    def job(self, tmp_path):
        (tmp_path / "in.jpg").write_bytes(b"source")
        return PhotoJob(tmp_path / "in.jpg", tmp_path / "out" / "in.jpg")

    def _journal(self, job, settings=None):
        job.target.parent.mkdir(exist_ok=True)
        return Journal(job.target.parent / "journal", settings or {"plan": 1})

    def _finish(self, job, settings=None):
        journal = self._journal(job, settings)
        journal.start(job)
        job.target.write_bytes(b"result")
        journal.finish(job)

    def test_finished_is_remembered(self, job):
        assert not self._journal(job).is_finished(job)
        self._finish(job)
        assert self._journal(job).is_finished(job)
        assert self._journal(job).may_replace(job)

    def test_other_settings_are_another_job(self, job):
        self._finish(job)
        journal = self._journal(job, {"plan": 2})
        assert not journal.is_finished(job)
        assert journal.may_replace(job)

    def test_changed_source_is_done_again(self, job):
        self._finish(job)
        job.source.write_bytes(b"another source")
        assert not self._journal(job).is_finished(job)

    def test_deleted_output_is_done_again(self, job):
        self._finish(job)
        job.target.unlink()
        assert not self._journal(job).is_finished(job)

    def test_output_that_the_user_changed_is_the_users(self, job):
        self._finish(job)
        job.target.write_bytes(b"result, retouched")
        journal = self._journal(job)
        assert not journal.is_finished(job)
        assert not journal.may_replace(job)

    def test_file_of_the_user_is_never_ours(self, job):
        journal = self._journal(job)
        job.target.write_bytes(b"the user's")
        assert not journal.may_replace(job)

    def test_killed_between_start_and_finish(self, job):
        self._journal(job).start(job)
        job.target.write_bytes(b"written, then killed")
        journal = self._journal(job)
        assert not journal.is_finished(job)
        assert journal.may_replace(job)

    def test_half_a_line_does_not_hurt(self, job):
        self._finish(job)
        path = job.target.parent / "journal"
        other = PhotoJob(job.source, job.target.with_name("other.jpg"))
        path.write_bytes(path.read_bytes() + b'\n{"state": "finis')
        self._finish(other)
        journal = self._journal(job)
        assert journal.is_finished(job)
        assert journal.is_finished(other)

    def test_folder_can_be_moved(self, job, tmp_path):
        self._finish(job)
        moved = tmp_path / "elsewhere"
        job.target.parent.rename(moved)
        journal = Journal(moved / "journal", {"plan": 1})
        assert journal.is_finished(PhotoJob(job.source, moved / "in.jpg"))

    def test_garbage_is_no_journal(self, job):
        job.target.parent.mkdir()
        (job.target.parent / "journal").write_bytes(b"\xff\xfe\x00 not text")
        assert not self._journal(job).is_finished(job)


def test_paths_may_be_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.jpg").write_bytes(b"x")
    assert plan_jobs([Path("a.jpg")], Path("b.jpg"), SUFFIXES)[0].target == Path("b.jpg")
