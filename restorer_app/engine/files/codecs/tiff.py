# SPDX-License-Identifier: Apache-2.0
"""TIFF: how it is known and what it holds. Reading and writing share nothing but the format."""

from __future__ import annotations

from typing import BinaryIO

from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Metadata
from restorer_app.engine.files.codecs.camera_raw import holds_sensor_data
from restorer_app.engine.files.codecs.decoded import Decoded
from restorer_app.engine.files.codecs.format import OutputFormat
from restorer_app.engine.files.codecs.strips import Strips
from restorer_app.engine.files.exif import TIFF_STARTS


def _recognises(head: bytes, file: BinaryIO) -> bool:
    return head.startswith(TIFF_STARTS) and not holds_sensor_data(file)


def _read(file: BinaryIO, limit_px: float) -> Decoded:
    from restorer_app.engine.files.codecs import tiff_reading

    return tiff_reading.read(file, limit_px)


def _write(file: BinaryIO, strips: Strips, metadata: Metadata, quality: int) -> tuple[Message, ...]:
    from restorer_app.engine.files.codecs import tiff_writing

    return tiff_writing.write(file, strips, metadata, quality)


TIFF = OutputFormat(
    name="tiff",
    label="TIFF",
    suffixes=(".tif", ".tiff"),
    recognises=_recognises,
    read=_read,
    write=_write,
    bit_depths=(8, 16),
    alpha=True,
    quality=False,
    falls_back_to="png",
)
