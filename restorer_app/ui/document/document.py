# SPDX-License-Identifier: Apache-2.0
"""The photo that is open, what is to be done with it, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from restorer_app.engine.core.photo import Photo
from restorer_app.engine.pipeline.plan import RestorePlan
from restorer_app.engine.steps.catalogue import STEP_ORDER
from restorer_app.engine.steps.config import Switch
from restorer_app.engine.steps.damage.description import DAMAGE
from restorer_app.engine.steps.style.description import STYLE
from restorer_app.ui.document.commands import ChangePlan
from restorer_app.ui.document.mask.document import MaskDocument
from restorer_app.ui.document.mask.source import MaskSource
from restorer_app.ui.document.picture_views import own_strength_steps

if TYPE_CHECKING:
    from restorer_app.engine.pipeline.pipeline import Restoration

UNDO_LIMIT = 200


class Document(QObject):
    """One photo, its plan and masks with undo, and its result. No widgets, no threads.

    `mask` is what is repaired, `style_mask` where the style applies.

    The plan is what the controls show. The result was made with `result_plan`; while only
    strengths differ that can be blended, the viewer blends it and the result is current.

    Signals:
        photo_changed: another photo, or none.
        plan_changed: the plan, by a person or by undo.
        strengths_previewed: (`RestorePlan`) a slider is being dragged; nothing is decided yet.
        result_changed: there is a new result, or none any more.
        modified_changed: (bool) `has_unsaved_work` changed.
    """

    photo_changed = Signal()
    plan_changed = Signal()
    strengths_previewed = Signal(object)
    result_changed = Signal()
    modified_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._photo: Photo | None = None
        self._plan = RestorePlan()
        self._restoration: Restoration | None = None
        self._result_plan: RestorePlan | None = None
        self._saved_plan: RestorePlan | None = None
        self._result_mask = 0
        self._result_style_mask = 0
        self._was_modified = False
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(UNDO_LIMIT)
        self.mask = MaskDocument(self.undo_stack, self)
        self.style_mask = MaskDocument(self.undo_stack, self)
        for mask in (self.mask, self.style_mask):
            mask.changed.connect(self._tell_modified)

    @property
    def photo(self) -> Photo | None:
        """The photo as it was read; None while nothing is open."""
        return self._photo

    @property
    def plan(self) -> RestorePlan:
        """What the controls show."""
        return self._plan

    @property
    def restoration(self) -> Restoration | None:
        """The last result of this photo."""
        return self._restoration

    @property
    def result_plan(self) -> RestorePlan | None:
        """What the last result was made with."""
        return self._result_plan

    @property
    def is_result_stale(self) -> bool:
        """Whether the controls ask for something that the result does not show."""
        if self._result_plan is None:
            return False
        is_repair_stale = self._result_mask != self.mask.revision
        return self.output_plan != self._plan or is_repair_stale or self.is_style_mask_stale

    @property
    def is_style_mask_stale(self) -> bool:
        """Whether the result's style is not where it is to be now."""
        has_style = self._restoration is not None and self._plan.of(STYLE).switch is not Switch.OFF
        return has_style and self._result_style_mask != self.style_mask.revision

    @property
    def output_plan(self) -> RestorePlan | None:
        """What the viewer shows: the result's plan with the present strengths.

        Not with the strength of a step that ran with it as an input of its network.
        """
        if self._result_plan is None or self._restoration is None:
            return None
        plan = self._result_plan
        own = own_strength_steps(self._restoration)
        for step in STEP_ORDER:
            if step not in own:
                plan = plan.with_step(step, strength=self._plan[step].strength)
        return plan

    @property
    def has_unsaved_work(self) -> bool:
        """Whether closing would lose a result as it is shown now, or a mask made by hand."""
        masks = (self.mask, self.style_mask)
        return self.has_unsaved_result or any(mask.has_unsaved_work for mask in masks)

    @property
    def has_unsaved_result(self) -> bool:
        """Whether there is a result that is in no file.

        A restore that found nothing to repair made nothing that could be lost.
        """
        restoration = self._restoration
        if restoration is None or not any(layer.ran for layer in restoration.layers):
            return False
        return self.output_plan != self._saved_plan

    def open(
        self,
        photo: Photo,
        plan: RestorePlan | None = None,
        mask: MaskSource | None = None,
        style_mask: MaskSource | None = None,
    ) -> None:
        """Show another photo, with a fresh history.

        Args:
            photo: the photo.
            plan: what is to be done with it.
            mask: one that was worked on before, of the photo's size.
            style_mask: the same for where the style applies.
        """
        self._start_anew(photo, plan or RestorePlan(), mask, style_mask)

    def close(self) -> None:
        """Show nothing."""
        self._start_anew(None, RestorePlan())

    def _start_anew(
        self,
        photo: Photo | None,
        plan: RestorePlan,
        mask: MaskSource | None = None,
        style_mask: MaskSource | None = None,
    ) -> None:
        self._photo = photo
        self._plan = plan
        self._forget_result()
        self.undo_stack.clear()
        for document, source in ((self.mask, mask), (self.style_mask, style_mask)):
            if photo is None:
                document.clear_photo()
            elif source is None:
                document.set_size(photo.height, photo.width, plan.of(DAMAGE).sensitivity)
            else:
                document.set_source(source, plan.of(DAMAGE).sensitivity)
        self.photo_changed.emit()
        self.plan_changed.emit()
        self.result_changed.emit()
        self._tell_modified()

    def set_result(
        self,
        restoration: Restoration,
        plan: RestorePlan,
        mask_revision: int | None = None,
        style_mask_revision: int | None = None,
    ) -> None:
        """Take the result of running `plan` on the photo.

        Args:
            restoration: the result.
            plan: what was run.
            mask_revision: with which state of the mask; None is the present one.
            style_mask_revision: the same for where the style applies.
        """
        self._restoration = restoration
        self._result_plan = plan
        self._result_mask = _or_present(mask_revision, self.mask)
        self._result_style_mask = _or_present(style_mask_revision, self.style_mask)
        # The masks are in the result now; losing that is asked about.
        self.mask.set_kept(self._result_mask)
        if plan.of(STYLE).switch is not Switch.OFF:
            self.style_mask.set_kept(self._result_style_mask)
        self._saved_plan = None
        self.result_changed.emit()
        self._tell_modified()

    def set_saved(self, plan: RestorePlan) -> None:
        """The result, blended as `plan` says, is in a file now."""
        self._saved_plan = plan
        self._tell_modified()

    def keep_mask(self, mask: MaskDocument, revision: int) -> None:
        """This state of one of the masks is in a file now."""
        mask.set_kept(revision)
        self._tell_modified()

    def preview_plan(self, plan: RestorePlan) -> None:
        """Show a plan while a slider moves. It is not decided and cannot be undone yet."""
        self.mask.set_sensitivity(plan.of(DAMAGE).sensitivity)
        self.strengths_previewed.emit(plan)

    def change_plan(self, plan: RestorePlan, text: str, merge_key: str = "") -> None:
        """Let a person's change happen, so that it can be undone.

        Args:
            plan: the plan wanted.
            text: what was done, for the Edit menu.
            merge_key: see `ChangePlan`.
        """
        if plan != self._plan:
            self.undo_stack.push(ChangePlan(self, self._plan, plan, text, merge_key))
        else:
            # A drag that returned to where it began has moved the picture all the same.
            self.mask.set_sensitivity(plan.of(DAMAGE).sensitivity)
            self.plan_changed.emit()

    def show_plan(self, plan: RestorePlan) -> None:
        """Set the plan without history; for `ChangePlan` only."""
        self._plan = plan
        self.mask.set_sensitivity(plan.of(DAMAGE).sensitivity)
        self.plan_changed.emit()
        self._tell_modified()

    def _forget_result(self) -> None:
        self._restoration = None
        self._result_plan = None
        self._saved_plan = None

    def _tell_modified(self) -> None:
        if self.has_unsaved_work != self._was_modified:
            self._was_modified = self.has_unsaved_work
            self.modified_changed.emit(self._was_modified)


def _or_present(revision: int | None, mask: MaskDocument) -> int:
    return mask.revision if revision is None else revision
