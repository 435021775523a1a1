# SPDX-License-Identifier: Apache-2.0
"""Tools > Fine-tune as a person uses it: from a folder of pairs to a photo restored with it."""

import json

import pytest
from patience import WAIT_MS
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog
from toy_network import write_network
from tuning_window import (
    answer,
    choose_folder,
    column,
    start,
    wait_for_page,
    wait_for_state,
)

from restorer_app.engine.models.catalogue import Catalogue
from restorer_app.engine.steps.config import Switch
from restorer_app.ui.fine_tuning.curve_plot import MOST_POINTS, CurvePlot
from restorer_app.ui.fine_tuning.expert_form import ExpertForm
from restorer_app.ui.fine_tuning.pair_list import PairState
from restorer_app.ui.fine_tuning.window import PAIRS, RESULT
from restorer_app.ui.shell.main_window import MainWindow
from restorer_app.ui.shell.models_dialog import ModelsDialog
from restorer_app.workers.training.controller import TrainingState
from trainer.fine_tuning.run.job import jobs_folder, unfinished_jobs
from trainer.fine_tuning.run.recipe import ExpertField


def test_the_pairs_are_listed_aligned_and_refused(ready, qtbot):
    assert column(ready, 0) == ["ada", "ben", "cleo", "zoe"]
    assert column(ready, 4)[:3] == ["aligned"] * 3
    assert all(text.endswith(" %") for text in column(ready, 3)[:3])
    row = ready.session.pairs.rows[3]
    assert row.state is PairState.REFUSED
    assert column(ready, 4)[3] == row.reason
    assert ready.pairs_page.unpaired_list.item(0).text() == "alone.png"
    assert "3" in ready.pairs_page.summary.text()
    qtbot.waitUntil(lambda: ready.pairs_page.view.has_pictures, timeout=WAIT_MS)


def test_the_flicker_view_turns_by_key_and_shows_the_selected_pair(ready, qtbot):
    view = ready.pairs_page.view
    ready.pairs_page.flicker.setChecked(False)
    qtbot.waitUntil(lambda: view.has_pictures, timeout=WAIT_MS)
    side = view.side
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert view.side == 1 - side
    ready.pairs_page.table.setCurrentItem(ready.pairs_page.table.topLevelItem(3))
    assert not view.has_pictures
    assert view.hint == ready.session.pairs.rows[3].reason


def test_a_pair_that_is_left_out_is_not_trained_with(ready, qtbot, child):
    child["now"] = "long"
    page = ready.pairs_page
    page.table.setCurrentItem(page.table.topLevelItem(1))
    qtbot.keyClick(page, Qt.Key.Key_Delete)
    assert column(ready, 4)[1] == "left out"
    start(ready, qtbot)
    told = json.loads((ready.session.job.folder / "job.json").read_text(encoding="utf-8"))
    assert [pair["name"] for pair in told["pairs"]] == ["ada", "cleo"]
    assert told["minutes"] == 5.0
    ready.session.leave()
    wait_for_state(qtbot, ready, TrainingState.IDLE)


def test_dropped_files_find_each_other_later(tuning, qtbot, pairs_folder):
    page = tuning.pairs_page
    for name in ("before", "after"):
        dropped = pairs_folder / f"ada_{name}.png"
        (pairs_folder / name / "ada.png").rename(dropped)
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(dropped))])
        page.dropEvent(
            QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, mime,
                       Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        )  # fmt: skip
        qtbot.waitUntil(lambda: not tuning.session.pairs.is_busy, timeout=WAIT_MS)
    assert [row.state for row in tuning.session.pairs.rows] == [PairState.READY]
    assert not tuning.session.pairs.unpaired


def test_a_folder_without_pictures_is_explained(tuning, qtbot, monkeypatch, tmp_path):
    (tmp_path / "empty").mkdir()
    folder = str(tmp_path / "empty")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a, **_k: folder)
    tuning.pairs_page.folder_button.click()
    qtbot.waitUntil(lambda: bool(tuning.banner.text), timeout=WAIT_MS)
    assert not tuning.next_button.isEnabled()


def test_pause_go_on_stop_and_discard(ready, qtbot, child):
    child["now"] = "long"
    start(ready, qtbot)
    page = ready.run_page
    page.pause_button.click()
    wait_for_state(qtbot, ready, TrainingState.PAUSED)
    assert "Resume" in page.pause_button.text().replace("&", "")
    page.pause_button.click()
    wait_for_state(qtbot, ready, TrainingState.RUNNING)
    page.stop_button.click()
    wait_for_page(qtbot, ready, RESULT)
    assert "2.50" in ready.result_page.verdict.text()
    folder = ready.session.job.folder
    ready.result_page.discard_button.click()
    answer(ready, qtbot, "Delete")
    qtbot.waitUntil(lambda: not folder.exists(), timeout=WAIT_MS)
    assert ready.page == PAIRS


def test_a_crash_is_said_and_can_be_gone_on_with(ready, qtbot, child):
    child["now"] = "crash"
    start(ready, qtbot)
    qtbot.waitUntil(lambda: bool(ready.banner.text), timeout=WAIT_MS)
    assert "unexpectedly" in ready.banner.text
    assert ready.run_page.continue_button.isVisible()
    child["now"] = "short"
    steps = []
    ready.session.controller.stepped.connect(lambda step: steps.append(step.step))
    ready.run_page.continue_button.click()
    wait_for_page(qtbot, ready, RESULT)
    assert steps[0] == 11


def test_giving_up_for_good_deletes_the_run(ready, qtbot, child):
    child["now"] = "long"
    start(ready, qtbot)
    folder = ready.session.job.folder
    ready.run_page.leave_button.click()
    answer(ready, qtbot, "Stop and delete")
    qtbot.waitUntil(lambda: not folder.exists(), timeout=WAIT_MS)
    assert ready.page == PAIRS
    assert unfinished_jobs() == ()


def test_what_was_only_prepared_is_deleted_on_closing(ready, qtbot):
    assert list(jobs_folder().iterdir())
    ready.close()
    qtbot.waitUntil(lambda: not list(jobs_folder().iterdir()), timeout=WAIT_MS)


def test_training_goes_on_behind_while_a_photo_is_restored(
    window, ready, qtbot, child, photo_path, idle
):
    child["now"] = "long"
    start(ready, qtbot)
    ready.close()
    assert ready.isVisible()
    answer(ready, qtbot, "background")
    assert not ready.isVisible()
    window.open_path(photo_path)
    idle(window)
    window.panel.restore_button.click()
    idle(window)
    assert window.document.restoration is not None
    window.document.close()
    assert window.fine_tuning.is_running
    ready.session.controller.stop()
    wait_for_state(qtbot, ready, TrainingState.IDLE)
    assert "Fine-tuning is done" in window.banner.text
    window.actions_by_name["fine_tune"].trigger()
    assert ready.page == RESULT


def test_closing_the_program_asks_and_the_run_goes_on_next_time(
    window, ready, qtbot, child, settings, tmp_path
):
    child["now"] = "long"
    start(ready, qtbot)
    window.close()
    assert window.isVisible()
    answer(window, qtbot, "next time")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=WAIT_MS)
    (job,) = unfinished_jobs()
    child["now"] = "short"
    following = MainWindow(settings, tmp_path / "autosave2")
    qtbot.addWidget(following)
    following.show()
    following.actions_by_name["fine_tune"].trigger()
    tuning = following.fine_tuning.dialog
    assert tuning.offer.isVisible()
    assert "3 pairs" in tuning.offer_text.text()
    tuning.offer_button.click()
    wait_for_page(qtbot, tuning, RESULT)
    assert tuning.session.job == job
    following.close()


def test_closing_the_program_for_good_leaves_no_run(window, ready, qtbot, child):
    child["now"] = "long"
    start(ready, qtbot)
    window.close()
    answer(window, qtbot, "delete")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=WAIT_MS)
    assert list(jobs_folder().iterdir()) == []


def test_closing_the_program_puts_away_what_was_only_prepared(window, ready, qtbot):
    assert list(jobs_folder().iterdir())
    window.close()
    assert list(jobs_folder().iterdir()) == []


def test_keep_the_program_open(window, ready, qtbot, child):
    child["now"] = "long"
    start(ready, qtbot)
    window.close()
    answer(window, qtbot, "Cancel")
    assert window.isVisible()
    assert window.fine_tuning.is_running
    ready.session.leave()
    wait_for_state(qtbot, ready, TrainingState.IDLE)


def keep_and_restore(window, tuning, qtbot, photo_path, name):
    """Keep the result, find it in the step panel, and restore a photo with it."""
    tuning.result_page.name.setText(name)
    with qtbot.waitSignal(tuning.session.kept, timeout=WAIT_MS):
        tuning.result_page.keep_button.click()
    assert list(jobs_folder().iterdir()) == []
    card = window.panel.cards["denoise"]
    index = card.widgets["model"].findData(name)
    assert index >= 0
    window.open_path(photo_path)
    qtbot.waitUntil(lambda: window.document.photo is not None, timeout=WAIT_MS)
    card.widgets["model"].activated.emit(index)
    for step, each in window.panel.cards.items():
        each.widgets["switch"].chosen.emit(str(Switch.ON if step == "denoise" else Switch.OFF))
    window.panel.restore_button.click()
    qtbot.waitUntil(lambda: window.document.restoration is not None, timeout=WAIT_MS)
    (ran,) = [each for each in window.document.restoration.report.steps if each.ran]
    assert ran.name == "denoise"
    assert ran.model == name


def test_from_the_menu_to_a_restored_photo(
    real_window, qtbot, monkeypatch, child, pairs_folder, photo_path, tmp_path
):
    write_network(tmp_path / "data" / "learned.safetensors", "tiny", licence="Apache-2.0")
    real_window.actions_by_name["fine_tune"].trigger()
    tuning = real_window.fine_tuning.dialog
    choose_folder(tuning, qtbot, monkeypatch, pairs_folder)
    start(tuning, qtbot)
    wait_for_page(qtbot, tuning, RESULT)
    assert tuning.result_page.table.topLevelItemCount() == 4
    assert "Only one pair" in tuning.result_page.warnings.text()
    keep_and_restore(real_window, tuning, qtbot, photo_path, "family-album")


def test_a_network_of_ones_own_is_renamed_and_exported(qtbot, tmp_path):
    path = tmp_path / "user" / "trained" / "mine.safetensors"
    write_network(path, "mine", licence="Apache-2.0")
    dialog = ModelsDialog(catalogue=Catalogue(tmp_path / "shipped", tmp_path / "user"))
    qtbot.addWidget(dialog)
    assert dialog.rename_button.isEnabled()
    with qtbot.waitSignal(dialog.models_changed):
        dialog.rename("mine", "album")
    assert dialog.current.name == "album"
    assert not path.exists()
    dialog.export("album", tmp_path / "for a friend.safetensors")
    assert "for a friend" in dialog.message.text()
    with qtbot.waitSignal(dialog.models_changed):
        dialog.remove("album")
    dialog.add(tmp_path / "for a friend.safetensors")
    assert "name" in dialog.message.text()
    (tmp_path / "for a friend.safetensors").rename(tmp_path / "friend.safetensors")
    dialog.add(tmp_path / "friend.safetensors")
    assert dialog.current.name == "friend"
    dialog.rename("friend", "auto")
    assert "auto" in dialog.message.text()
    assert dialog.current.name == "friend"


def test_a_name_that_is_taken_is_said_and_nothing_is_lost(
    real_window, qtbot, monkeypatch, child, pairs_folder, tmp_path
):
    write_network(tmp_path / "data" / "learned.safetensors", "tiny", licence="Apache-2.0")
    real_window.actions_by_name["fine_tune"].trigger()
    tuning = real_window.fine_tuning.dialog
    choose_folder(tuning, qtbot, monkeypatch, pairs_folder)
    start(tuning, qtbot)
    wait_for_page(qtbot, tuning, RESULT)
    tuning.result_page.name.setText("restoration")
    with qtbot.waitSignal(tuning.session.failed, timeout=WAIT_MS):
        tuning.result_page.keep_button.click()
    assert "restoration" in tuning.banner.text
    assert tuning.page == RESULT
    assert tuning.session.job.folder.exists()


def test_a_real_run_of_a_few_steps(
    real_window, qtbot, monkeypatch, pairs_folder, photo_path, tmp_path
):
    """The true process, with a small network to start from."""
    write_network(
        tmp_path / "data" / "models" / "trained" / "tiny.safetensors", "tiny", licence="Apache-2.0"
    )
    real_window.actions_by_name["fine_tune"].trigger()
    tuning = real_window.fine_tuning.dialog
    choose_folder(tuning, qtbot, monkeypatch, pairs_folder)
    tuning.next_button.click()
    plan = tuning.plan_page
    plan.base.setCurrentIndex(plan.base.findData("tiny"))
    plan.duration.button("custom").click()
    plan.unit.setCurrentIndex(plan.unit.findData("steps"))
    plan.amount.setValue(4)
    plan.expert_button.click()
    plan.expert.editors["data.crop_px"].setValue(48)
    plan.expert.editors["data.batch"].setValue(2)
    tuning.next_button.click()
    qtbot.waitUntil(lambda: tuning.page == RESULT or bool(tuning.banner.text), timeout=WAIT_MS)
    assert tuning.banner.text == ""
    assert tuning.page == RESULT
    assert tuning.result_page.pictures.captions
    keep_and_restore(real_window, tuning, qtbot, photo_path, "tiny-tuned")


def test_every_control_explains_itself(tuning):
    page, plan, run, result = (
        tuning.pairs_page, tuning.plan_page, tuning.run_page, tuning.result_page,
    )  # fmt: skip
    for button in (
        page.folder_button, page.two_folders_button, page.flicker, plan.expert_button,
        run.pause_button, run.stop_button, run.leave_button, run.continue_button,
        result.keep_button, result.discard_button, result.next_button, result.previous_button,
        tuning.back_button, tuning.next_button, tuning.offer_button, tuning.forget_button,
    ):  # fmt: skip
        assert button.toolTip(), button.text()
    for widget in (
        page.table, page.view, page.unpaired_list, plan.step, plan.base, plan.amount, plan.unit,
        run.bar, run.loss, run.quality, run.preview, result.table, result.pictures, result.name,
    ):  # fmt: skip
        assert widget.accessibleName()


def test_expert_fields_give_only_what_was_changed(qtbot):
    inf = float("inf")
    fields = (
        ExpertField("rate", 5e-4, "How fast.", 0.0, inf),
        ExpertField("kind", "adam", "Which.", -inf, inf, ("adam", "sgd")),
        ExpertField("crop", 96, "Side.", 16, 1024),
        ExpertField("flips", True, "Mirrored.", -inf, inf),
    )
    form = ExpertForm(fields)
    qtbot.addWidget(form)
    assert form.overrides == {}
    form.editors["rate"].setText("1e-5")
    form.editors["kind"].setCurrentIndex(1)
    form.editors["crop"].setValue(5)
    form.editors["flips"].setChecked(False)
    assert form.overrides == {"rate": 1e-5, "kind": "sgd", "crop": 16, "flips": False}
    form.editors["rate"].setText("-3")
    assert "rate" not in form.overrides
    form.reset()
    assert form.overrides == {}


def test_a_long_curve_stays_small_and_true(qtbot):
    plot = CurvePlot("Loss")
    qtbot.addWidget(plot)
    plot.set_level(0.4, "present network")
    for step in range(10_000):
        plot.add(step, step / 10_000)
    assert MOST_POINTS / 2 <= len(plot.points) <= MOST_POINTS
    for x, y in plot.points:
        assert y == pytest.approx(x / 10_000)
    assert not plot.grab().isNull()
