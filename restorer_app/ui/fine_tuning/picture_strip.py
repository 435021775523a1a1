# SPDX-License-Identifier: Apache-2.0
"""A few pictures of the same place side by side, each with its name above."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

GAP_PX = 8


class PictureStrip(QWidget):
    """Shows pictures as large as they fit, all at the same scale.

    Args:
        name: the accessible name of the whole.
        hint: shown while there are no pictures.
    """

    def __init__(self, name: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = hint
        self._pictures: tuple[tuple[str, QImage], ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 110)

    @property
    def captions(self) -> tuple[str, ...]:
        """Of the pictures that are shown."""
        return tuple(caption for caption, _ in self._pictures)

    def picture(self, index: int) -> QImage:
        """One of the pictures, from the left."""
        return self._pictures[index][1]

    def set_pictures(self, pictures: Sequence[tuple[str, QImage]]) -> None:
        """Show others, as (caption, picture); null pictures are left out."""
        self._pictures = tuple(each for each in pictures if not each[1].isNull())
        self.setAccessibleDescription(", ".join(self.captions) or self._hint)
        self.update()

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(560, 220)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw captions and pictures."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        roles = QPalette.ColorRole
        painter.setPen(self.palette().color(roles.PlaceholderText))
        if not self._pictures:
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self._hint)
            return
        count, line = len(self._pictures), self.fontMetrics().height() + 4
        column = (self.width() - GAP_PX * (count - 1)) / count
        place = QSize(round(column), max(1, self.height() - line))
        fitted = [
            image.size().scaled(place, Qt.AspectRatioMode.KeepAspectRatio)
            for _, image in self._pictures
        ]
        # Side by side without a wide gap between pictures that are narrower than their column.
        widths = [max(each.width(), 40) for each in fitted]
        left = (self.width() - sum(widths) - GAP_PX * (count - 1)) / 2
        for (caption, image), size, width in zip(self._pictures, fitted, widths, strict=True):
            shown = self.fontMetrics().elidedText(caption, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRectF(left, 0, width, line), Qt.AlignmentFlag.AlignLeft, shown)
            painter.drawImage(QRectF(left, line, size.width(), size.height()), image)
            left += width + GAP_PX
