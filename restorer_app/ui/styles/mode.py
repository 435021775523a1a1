# SPDX-License-Identifier: Apache-2.0
"""The style gallery of the window: its tiles, its effect on the plan, and its previews."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.steps.config import Switch
from restorer_app.engine.steps.style.config import StyleConfig
from restorer_app.engine.steps.style.description import STYLE
from restorer_app.ui.appearance.settings import Settings
from restorer_app.ui.document.document import Document
from restorer_app.ui.document.picture_views import PhotoView, ResultView
from restorer_app.ui.document.workflow import Workflow
from restorer_app.ui.styles.gallery import StyleGallery
from restorer_app.ui.styles.looks import THUMBNAIL_PX, LookSource
from restorer_app.ui.styles.model import NO_STYLE, StyleModel
from restorer_app.ui.styles.preview import StylePreview
from restorer_app.ui.styles.thumbnails import StyleThumbnails
from restorer_app.ui.styles.words import style_title
from restorer_app.ui.viewer.compare_view import CompareView
from restorer_app.workers.engine_controller import EngineController

LEARNING_PX = 384
"""Longest side of the photo that a new style is tried on."""


class StyleMode(QObject):
    """Connects the gallery with the document: a click is a change of the plan, and runs it.

    Args:
        document: whose plan has the style.
        view: that shows previews.
        workflow: that runs the plan.
        controller: of the engine's thread.
        settings: favourites, device.

    Signals:
        failed: (str) one sentence for the person.
    """

    failed = Signal(str)

    def __init__(
        self,
        document: Document,
        view: CompareView,
        workflow: Workflow,
        controller: EngineController,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._workflow = workflow
        self._settings = settings
        self._photo_view: PhotoView | None = None
        self._result_view: ResultView | None = None
        self._shown = document.plan.of(STYLE)
        self._is_choosing = False
        self.model = StyleModel(self)
        self.gallery = StyleGallery(self.model)
        grid = self.gallery.grid
        self.thumbnails = StyleThumbnails(
            self.model, controller, settings, grid.names_in_view, self
        )
        self.preview = StylePreview(view, self.model, controller, settings, self)
        self.model.set_favourites(settings.favourite_styles)
        self.gallery.set_has_photo(False)
        self._connect()

    def load(self, new: str = "") -> None:
        """List the styles there are now.

        Args:
            new: the name of one that was just added; it is brought into view.
        """
        from restorer_app.engine.steps.style.catalogue import list_styles

        self.model.set_styles(list_styles())
        self.gallery.show_styles()
        self.gallery.set_config(self._document.plan.of(STYLE))
        self.thumbnails.add_missing()
        if new:
            self.gallery.reveal(new)

    def set_watched(self, is_watched: bool) -> None:
        """While the gallery is hidden, nothing is made for it."""
        self.thumbnails.pause(not is_watched)

    def choose(self, name: str) -> None:
        """Put a style on the photo, or take it away, and run the plan."""
        style, config = self.model.styles.get(name), self._document.plan.of(STYLE)
        if self._document.photo is None:
            return
        if name == NO_STYLE:
            self.preview.drop()
            if config.switch is not Switch.OFF:
                self._change_and_run({"switch": Switch.OFF}, self.tr("No style"))
        elif self.model.problem(name):
            self.failed.emit(self.model.problem(name))
        elif style is not None and not (config.switch is Switch.ON and config.style == name):
            # What the tile shows: without the style that was mixed into another.
            changes = {"switch": Switch.ON, "style": name, "mix_style": NO_STYLE}
            self._change_and_run(changes, self.tr("Style {0}").format(style_title(style)))

    def _change_and_run(self, changes: dict[str, Any], text: str) -> None:
        plan = self._document.plan.with_step(STYLE.name, **changes)
        self._is_choosing = True
        self._document.change_plan(plan, text)
        self._is_choosing = False
        has_work = plan.of(STYLE).switch is Switch.ON or self._document.restoration is not None
        if has_work or self._workflow.is_restoring:
            self._workflow.restore()

    def small_photo(self) -> Pixels | None:
        """The photo without its style, for learning one; None without a photo."""
        source = self._look_source()
        return None if source is None else source.small(LEARNING_PX)

    def follow_mask(self) -> None:
        """Run the plan where the style is not where it was painted to be.

        Where repairs changed too, the person decides when to run.
        """
        document = self._document
        if document.is_style_mask_stale and document.output_plan == document.plan:
            self._workflow.restore()

    def _connect(self) -> None:
        document, gallery, workflow = self._document, self.gallery, self._workflow
        gallery.grid.chosen.connect(self.choose)
        gallery.grid.hovered.connect(self._on_hovered)
        gallery.grid.star_requested.connect(self._on_star_requested)
        gallery.controls.changed.connect(self._on_controls_changed)
        gallery.controls.previewed.connect(self._on_controls_previewed)
        document.photo_changed.connect(self._on_photo_changed)
        document.plan_changed.connect(self._on_plan_changed)
        workflow.photo_opened.connect(self._on_photo_opened)
        workflow.result_ready.connect(self._on_result_ready)

    # What a person did

    def _on_hovered(self, name: str | None) -> None:
        source = self._look_source()
        if source is None or not name or self.model.problem(name):
            self.preview.drop()
            return
        before = self._document.plan.of(STYLE)
        mix = before.mix_style if name == before.style else NO_STYLE
        config = replace(before, switch=Switch.ON, style=name, mix_style=mix)
        if config == self._visible_style():
            # It is what the viewer shows already.
            self.preview.drop()
        else:
            self.preview.show(source, config)

    def _on_star_requested(self, name: str) -> None:
        names = self._settings.favourite_styles
        kept = [each for each in names if each != name]
        self._settings.favourite_styles = kept if name in names else [*names, name]
        self.model.set_favourites(self._settings.favourite_styles)

    def _on_controls_changed(self, changes: dict[str, Any], text: str, merge_key: str) -> None:
        plan = self._document.plan.with_step(STYLE.name, **changes)
        self._document.change_plan(plan, text, merge_key)

    def _on_controls_previewed(self, changes: dict[str, Any]) -> None:
        """A strength that can be blended is shown at once; all else as a preview."""
        plan = self._document.plan.with_step(STYLE.name, **changes)
        source = self._look_source()
        if "strength" in changes and self._blends_strength():
            self._document.preview_plan(plan)
        elif source is not None:
            self.preview.show(source, plan.of(STYLE), is_urgent=True)

    # What happened

    def _on_photo_changed(self) -> None:
        self.preview.drop()
        self._photo_view = self._result_view = None
        has_photo = self._document.photo is not None
        self.gallery.set_has_photo(has_photo)
        if not has_photo:
            self.thumbnails.clear()

    def _on_photo_opened(self, view: PhotoView) -> None:
        self._photo_view, self._result_view = view, None
        width, height = view.before.size
        self.gallery.grid.set_aspect(width, height)
        # The old photo's thumbnails would be taken for this one's.
        self.model.clear_pictures()
        self._make_thumbnails()

    def _on_result_ready(self, view: ResultView) -> None:
        before = self._result_view
        self._result_view = view
        self.preview.drop()
        if not _has_same_repairs(before, view):
            self._make_thumbnails()

    def _on_plan_changed(self) -> None:
        plan = self._document.plan
        before, self._shown = self._shown, plan.of(STYLE)
        self.gallery.set_config(plan.of(STYLE))
        if self._asks_for_run(before, plan.of(STYLE)):
            self._workflow.restore()

    def _asks_for_run(self, before: StyleConfig, after: StyleConfig) -> bool:
        """Whether the style must be computed, after a person's change as after undo.

        Repairs come from the cache then. Where they changed too, the person decides when to run.
        """
        blended: dict[str, Any] = {"strength": 1.0} if self._blends_strength() else {}
        if self._is_choosing or replace(before, **blended) == replace(after, **blended):
            return False
        if self._workflow.is_restoring:
            return True
        shown = self._document.output_plan
        return shown is not None and shown.with_config(STYLE.name, after) == self._document.plan

    def _make_thumbnails(self) -> None:
        source = self._look_source()
        photo = self._document.photo
        if source is not None and photo is not None:
            profile = photo.metadata.icc_profile
            self.thumbnails.set_picture(source.small(THUMBNAIL_PX), profile)

    def _look_source(self) -> LookSource | None:
        if self._photo_view is None:
            return None
        return LookSource(self._photo_view.before, self._result_view, self._document.plan)

    def _visible_style(self) -> StyleConfig | None:
        """The style of the result as the viewer shows it; None without one."""
        plan = self._document.output_plan
        return None if plan is None else plan.of(STYLE)

    def _blends_strength(self) -> bool:
        """Whether the viewer can mix the style's strength itself."""
        view = self._result_view
        return view is not None and STYLE.name in view.steps and STYLE.name not in view.own_strength


def _has_same_repairs(before: ResultView | None, after: ResultView) -> bool:
    """Whether a result shows the same photo under its style: the cache gave the same steps."""
    if before is None:
        return not [step for step in after.steps if step != STYLE.name]

    def repairs(view: ResultView) -> list[int]:
        pairs = zip(view.steps, view.layers, strict=True)
        return [id(layer.levels[0]) for step, layer in pairs if step != STYLE.name]

    return repairs(before) == repairs(after)
