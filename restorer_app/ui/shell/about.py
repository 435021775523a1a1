# SPDX-License-Identifier: Apache-2.0
"""Who this is."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from restorer_app.paths import resources_folder


class AboutDialog(QDialog):
    """Name, version, licence, and what a bug report needs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About Restorer"))
        picture = QLabel()
        drawing = QIcon(str(resources_folder() / "icons" / "restorer.svg"))
        picture.setPixmap(drawing.pixmap(QSize(96, 96)))
        title = QLabel("Restorer")
        title.setObjectName("title")
        text = QLabel(
            self.tr(
                "Repairs old photographs on your own computer.\n"
                "No photo leaves it, and no account is needed."
            )
        )
        text.setWordWrap(True)
        self.versions = QLabel(versions_text())
        self.versions.setObjectName("muted")
        self.versions.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        licence = QLabel(
            self.tr("Free software under the Apache License 2.0. Qt is used under the LGPL.")
        )
        licence.setWordWrap(True)
        column = QVBoxLayout()
        column.setSpacing(10)
        for label in (title, text, licence, self.versions):
            column.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 22, 24, 16)
        layout.setSpacing(18)
        layout.addLayout(row)
        layout.addWidget(buttons)
        self.setMinimumWidth(460)


def versions_text() -> str:
    """Versions of the program and of what it stands on; imports none of it."""
    found = []
    for package in ("restorer", "torch", "numpy"):
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    found += [f"Qt {qVersion()}", f"Python {platform.python_version()}", platform.platform()]
    return "\n".join(found)
