# SPDX-License-Identifier: Apache-2.0
"""What a batch remembers: its own results, each by the photo that it was made of."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from restorer_app.engine.files import journal
from restorer_app.engine.files.batch import PhotoJob
from restorer_app.engine.files.journal import Journal


class TestJournal:
    @pytest.fixture
    def job(self, tmp_path):
        (tmp_path / "in.jpg").write_bytes(b"source")
        return PhotoJob(tmp_path / "in.jpg", tmp_path / "out" / "in.jpg")

    def _journal(self, job, settings=None):
        job.target.parent.mkdir(exist_ok=True)
        return Journal(job.target.parent / "journal", settings or {"plan": 1})

    def _finish(self, job, settings=None):
        kept = self._journal(job, settings)
        kept.start(job)
        job.target.write_bytes(b"result")
        kept.finish(job)

    def test_finished_is_remembered(self, job):
        assert not self._journal(job).is_finished(job)
        self._finish(job)
        assert self._journal(job).is_finished(job)
        assert self._journal(job).may_replace(job, job.target)

    def test_other_settings_are_another_job(self, job):
        self._finish(job)
        journal = self._journal(job, {"plan": 2})
        assert not journal.is_finished(job)
        assert journal.may_replace(job, job.target)

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
        assert not journal.may_replace(job, job.target)

    def test_file_of_the_user_is_never_ours(self, job):
        journal = self._journal(job)
        job.target.write_bytes(b"the user's")
        assert not journal.may_replace(job, job.target)

    def test_killed_between_start_and_finish(self, job):
        self._journal(job).start(job)
        job.target.write_bytes(b"written, then killed")
        journal = self._journal(job)
        assert not journal.is_finished(job)
        assert journal.may_replace(job, job.target)

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

    def test_result_of_another_photo_is_not_ours(self, job, tmp_path):
        self._finish(job)
        (tmp_path / "other.jpg").write_bytes(b"source")
        other = replace(job, source=tmp_path / "other.jpg")
        journal = self._journal(job)
        assert not journal.is_finished(other)
        assert not journal.may_replace(other, other.target)
        assert journal.other_source(other) == str(job.source.resolve())
        assert journal.other_source(job) == ""

    def test_target_begun_for_another_photo_is_not_ours(self, job, tmp_path):
        self._journal(job).start(job)
        job.target.write_bytes(b"written, then killed")
        other = replace(job, source=tmp_path / "other.jpg")
        assert not self._journal(job).may_replace(other, other.target)

    def test_a_mask_beside_the_target_is_known_like_the_target(self, job):
        mask = job.target.with_name("mask.png")
        self._journal(job).start(job, [mask])
        mask.write_bytes(b"written, then killed")
        assert self._journal(job).may_replace(job, mask)
        job.target.write_bytes(b"result")
        self._journal(job).finish(job, [mask])
        assert self._journal(job).is_finished(job, [mask])
        mask.write_bytes(b"retouched by the user")
        assert not self._journal(job).is_finished(job, [mask])
        assert not self._journal(job).may_replace(job, mask)
        assert self._journal(job).may_replace(job, job.target)

    def test_a_mask_that_was_not_asked_for_is_missing(self, job):
        self._finish(job)
        mask = job.target.with_name("mask.png")
        mask.write_bytes(b"the user's")
        assert self._journal(job).is_finished(job)
        assert not self._journal(job).is_finished(job, [mask])
        assert not self._journal(job).may_replace(job, mask)

    def test_lines_of_0_2_are_understood(self, job):
        """They name no source: the same photo with the same settings is known by its key."""
        self._finish(job)
        path = job.target.parent / "journal"
        table = json.loads(path.read_bytes().splitlines()[-1])
        old = {each: table[each] for each in ("state", "target", "key", "size")}
        path.write_text(json.dumps(old))
        assert self._journal(job).may_replace(job, job.target)
        assert not self._journal(job, {"plan": 2}).may_replace(job, job.target)
        assert self._journal(job).is_finished(job)
        # From now on it is known whose it is.
        assert self._journal(job, {"plan": 2}).may_replace(job, job.target)

    @pytest.mark.parametrize(
        "line",
        [
            b'{"state": "finished", "target": "in.jpg", "key": "1", "size": 1e999}',
            b'{"state": "finished", "target": "in.jpg", "key": "1", "size": [1]}',
            b'{"state": "finished", "target": "in.jpg", "key": "1", "size": 1, "beside": 7}',
            b'{"state":' * 50_000,
            b"[" * 100_000,
            b"7",
            b"\xff\xfe",
        ],
        ids=["infinite", "list", "beside", "deep", "deep list", "number", "no text"],
    )
    def test_a_damaged_line_is_passed_over(self, job, line):
        self._finish(job)
        with (job.target.parent / "journal").open("ab") as file:
            file.write(b"\n" + line)
        assert self._journal(job).is_finished(job)

    def test_what_is_no_entry_is_not_even_parsed(self, job, monkeypatch):
        self._finish(job)
        with (job.target.parent / "journal").open("ab") as file:
            file.write(b"\n" * 100_000 + b"7\n" * 1000)
        parsed = []
        parse = journal.parse_json
        monkeypatch.setattr(
            journal, "parse_json", lambda line: (parsed.append(line), parse(line))[1]
        )
        assert self._journal(job).is_finished(job)
        assert len(parsed) == 2

    def test_garbage_is_no_journal(self, job):
        job.target.parent.mkdir()
        (job.target.parent / "journal").write_bytes(b"\xff\xfe\x00 not text")
        assert not self._journal(job).is_finished(job)
