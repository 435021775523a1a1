# SPDX-License-Identifier: Apache-2.0
"""XMP files beside a photo, in which programs keep ratings, captions and names: they go along."""

from __future__ import annotations

import os
from pathlib import Path

from restorer_app.engine.core.message import Message
from restorer_app.engine.files import xmp
from restorer_app.engine.files.atomic import describe_os_error, write_bytes_atomically
from restorer_app.engine.files.words import FilePhrase

_SUFFIX = ".xmp"
_LONGEST = 16 << 20


def carry_sidecars(
    source: str | os.PathLike[str], target: str | os.PathLike[str], *, overwrite: bool
) -> tuple[Message, ...]:
    """Copy the sidecars of a photo to its result, under the names that belong to it.

    "photo.xmp" (Adobe) and "photo.tif.xmp" (darktable, digiKam) are known. The orientation in
    them is reset and regions are turned, as in the photo itself.

    Args:
        source: the photo that was read.
        target: the photo that was written.
        overwrite: whether existing sidecars of the result may be replaced.

    Returns:
        A sentence on each sidecar that stayed behind.
    """
    notes = []
    for sidecar, goal in _pairs(Path(source), Path(target)):
        try:
            if sidecar.stat().st_size > _LONGEST:
                raise OSError(0, "it is far too long for a sidecar")
            packet = sidecar.read_bytes()
            packet = xmp.upright(packet, xmp.orientation(packet) or 1)
            if not (goal.exists() and goal.read_bytes() == packet):
                write_bytes_atomically(goal, packet, overwrite=overwrite)
        except OSError as error:
            notes.append(
                FilePhrase.SIDECAR_LEFT_OUT(name=sidecar.name, why=describe_os_error(error))
            )
    return tuple(notes)


def _pairs(source: Path, target: Path) -> list[tuple[Path, Path]]:
    """Each sidecar that is there and the name that its copy gets."""
    found: dict[Path, Path] = {}
    for name, goal in (
        (source.stem, target.with_suffix(_SUFFIX)),
        (source.name, target.with_name(target.name + _SUFFIX)),
    ):
        for suffix in (_SUFFIX, _SUFFIX.upper()):
            sidecar = source.with_name(name + suffix)
            if sidecar.is_file() and goal not in found.values() and not _is_same(sidecar, goal):
                found[sidecar] = goal
    return list(found.items())


def _is_same(one: Path, other: Path) -> bool:
    return other.exists() and one.samefile(other)
