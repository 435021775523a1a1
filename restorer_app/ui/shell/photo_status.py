# SPDX-License-Identifier: Apache-2.0
"""The line at the bottom: what kind of picture this is, and what part of it is shown."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtGui import QColorSpace
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from restorer_app.engine.core.photo import Photo
from restorer_app.ui.appearance.words import depth_text, size_text


class PhotoStatus(QStatusBar):
    """Size, depth, colour profile, pointer position and zoom."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.size_label = QLabel()
        self.depth_label = QLabel()
        self.profile_label = QLabel()
        self.position_label = QLabel()
        self.zoom_label = QLabel()
        for label, name in (
            (self.size_label, self.tr("Size of the photo")),
            (self.depth_label, self.tr("Bits per channel")),
            (self.profile_label, self.tr("Colour profile")),
        ):
            label.setToolTip(name)
            label.setAccessibleDescription(name)
            self.addWidget(label)
        for label, name in (
            (self.position_label, self.tr("Pixel under the pointer")),
            (self.zoom_label, self.tr("Zoom")),
        ):
            label.setToolTip(name)
            label.setAccessibleDescription(name)
            self.addPermanentWidget(label)
        self.show_photo(None)

    def show_photo(self, photo: Photo | None) -> None:
        """Describe another photo, or none."""
        if photo is None:
            for label in self.findChildren(QLabel):
                label.clear()
            return
        self.size_label.setText(size_text(photo))
        self.depth_label.setText(depth_text(photo))
        self.profile_label.setText(self._profile_name(photo.metadata.icc_profile))

    def show_zoom(self, scale: float) -> None:
        """Show the zoom; 1.0 is 100 %."""
        percent = 100 * scale
        digits = 1 if percent < 10 else 0
        self.zoom_label.setText(f"{QLocale().toString(percent, 'f', digits)} %")

    def show_position(self, x: int, y: int) -> None:
        """Show the pixel under the pointer; negative where there is none."""
        self.position_label.setText(f"{x}, {y}" if x >= 0 and y >= 0 else "")

    def _profile_name(self, profile: bytes | None) -> str:
        if profile is None:
            return self.tr("sRGB (no profile)")
        space = QColorSpace.fromIccProfile(profile)
        return space.description() or self.tr("embedded profile")
