# SPDX-License-Identifier: Apache-2.0
"""What lies on the clipboard or is dropped on the window: a file or a picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage


def local_photos(mime: QMimeData) -> list[Path]:
    """The files in a drag; addresses on the web and folders are left out."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return [path for path in paths if not path.is_dir()]


def pasted_image(mime: QMimeData) -> Path | QImage | None:
    """A photo's file if there is one (it brings its metadata and depth), else a picture."""
    files = local_photos(mime)
    if files:
        return files[0]
    image = mime.imageData() if mime.hasImage() else None
    if isinstance(image, QImage) and not image.isNull():
        return image
    return None
