# SPDX-License-Identifier: Apache-2.0
"""A file that a result goes into, and the question before it replaces another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox, QWidget

from restorer_app.engine.core.photo import Photo
from restorer_app.ui.appearance.translations import tr

if TYPE_CHECKING:
    from restorer_app.engine.files.write import WriteOptions


@dataclass(frozen=True)
class SaveTarget:
    """A file that the person chose, and what it may replace.

    Attributes:
        path: the file.
        options: how it is written.
        overwrite: the person agreed to replace it.
        replace_source: the person agreed to replace the original photo.
    """

    path: Path
    options: WriteOptions
    overwrite: bool = False
    replace_source: bool = False


def confirm_target(
    window: QWidget, target: SaveTarget, photo: Photo | None, *, is_asked: bool
) -> SaveTarget | None:
    """Ask before a file is replaced, and ask differently before the original is.

    Args:
        window: in front of which to ask.
        target: what was chosen.
        photo: what was opened.
        is_asked: a file dialog has asked about an existing file already.

    Returns:
        the target with what was agreed to, None where it was not.
    """
    path = target.path
    if not path.exists():
        return target
    source = photo.source if photo is not None else None
    is_source = source is not None and source.exists() and path.samefile(source)
    if is_source:
        text = tr("{0} is the original. Its present content would be lost for good. Replace it?")
    elif is_asked:
        return target
    else:
        text = tr("{0} exists already. Replace it?")
    answer = QMessageBox.warning(
        window,
        tr("Replace a file"),
        text.format(path.name),
        QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
        QMessageBox.StandardButton.No,
    )
    if answer != QMessageBox.StandardButton.Yes:
        return None
    return SaveTarget(path, target.options, overwrite=True, replace_source=is_source)


def free_path(path: Path) -> Path:
    """The path, with a number where a file of that name exists."""
    candidate, number = path, 2
    while candidate.exists():
        candidate = path.with_stem(f"{path.stem} {number}")
        number += 1
    return candidate
