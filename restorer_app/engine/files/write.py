# SPDX-License-Identifier: Apache-2.0
"""From a `Photo` to a file: whole or not at all, with everything that the format can hold."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.errors import ImageWriteError
from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Metadata, Photo
from restorer_app.engine.core.progress import Cancelled, CancelToken
from restorer_app.engine.files import exif, profiles
from restorer_app.engine.files.atomic import atomic_write, describe_os_error
from restorer_app.engine.files.codecs.format import OutputFormat, UnwritableFileError
from restorer_app.engine.files.codecs.strips import Strips
from restorer_app.engine.files.formats import WRITABLE_FORMATS
from restorer_app.engine.files.read import shown_name
from restorer_app.engine.files.words import FilePhrase


@dataclass(frozen=True)
class WriteOptions:
    """How a photo is written.

    Attributes:
        format: a key of `WRITABLE_FORMATS`; None takes it from the path's suffix.
        quality: 1 to 100, for JPEG and WebP (where 100 is without loss).
        bit_depth: 8 or 16; None keeps the photo's, reduced where the format cannot hold it.
        keep_metadata: False leaves out EXIF, XMP and IPTC. The colour profile stays, because the
            colours would be wrong without it, and so does the resolution.
        dpi: replaces the photo's resolution (horizontal, vertical).
        keep_times: the new file gets the dates of the file that the photo came from.
    """

    format: str | None = None
    quality: int = 95
    bit_depth: int | None = None
    keep_metadata: bool = True
    dpi: tuple[float, float] | None = None
    keep_times: bool = False


_DEFAULT_OPTIONS = WriteOptions()
_TEXTS_IN_EXIF = {
    "Title": exif.WIDE_TITLE,
    "Description": exif.DESCRIPTION,
    "Author": exif.ARTIST,
    "Copyright": exif.COPYRIGHT,
    "Software": exif.SOFTWARE,
    "Comment": exif.WIDE_COMMENT,
}
"""Where a text goes in formats that have no place of their own for it."""


def write_photo(
    photo: Photo,
    path: str | os.PathLike[str],
    options: WriteOptions = _DEFAULT_OPTIONS,
    *,
    overwrite: bool = False,
    source: str | os.PathLike[str] | None = None,
    replace_source: bool = False,
    cancel: CancelToken | None = None,
) -> tuple[Message, ...]:
    """Write a photo; on any failure the folder is as it was before.

    Where the file that the photo came from is private, the new one is, too.

    Args:
        photo: what to write. Grey photos are written with one channel where the format can.
        path: where to.
        options: format, quality, depth, metadata.
        overwrite: whether an existing file may be replaced; it never covers the source.
        source: a file that the photo was made from, besides `photo.source`.
        replace_source: whether even the source may be replaced (with `overwrite`).
        cancel: looked at before the file appears.

    Returns:
        What could not be kept, one sentence each, for the report.

    Raises:
        Cancelled: cancellation was asked for; there is no file.
        ImageWriteError: unknown format or option, file exists, folder not writable, disk full.
    """
    target = Path(path)
    if "\x00" in str(target):
        raise _refusal(target, "it does not exist; check the path")
    form = output_format(target, options.format)
    _check(photo, target, form, options)
    sources = [Path(one) for one in (source, photo.source) if one is not None]
    if not replace_source and any(_is_same_file(target, one) for one in sources):
        raise _refusal(target, "it is the original photo; choose another name")
    strips, metadata, notes = _prepared(photo, form, options)
    try:
        origin = sources[0] if sources else None
        with atomic_write(target, overwrite=overwrite, as_private_as=origin) as file:
            more = form.write(file, strips, metadata, options.quality)
            if cancel is not None:
                cancel.check()
        if options.keep_times and origin is not None:
            more += _with_times(origin, target)
    except Cancelled:
        raise
    except OSError as error:
        raise _refusal(target, describe_os_error(error)) from error
    except UnwritableFileError as error:
        raise _refusal(target, str(error)) from error
    except MemoryError as error:
        raise _refusal(target, "there is not enough memory; close other programs") from error
    except Exception as error:
        raise _refusal(target, f"the encoder failed ({error}); choose another format") from error
    return notes + more


def output_format(path: Path, name: str | None) -> OutputFormat:
    """The format by its name or, without one, by the path's suffix.

    Raises:
        ImageWriteError: there is no such format.
    """
    if name is not None and name.lower() in WRITABLE_FORMATS:
        return WRITABLE_FORMATS[name.lower()]
    suffix = path.suffix.lower()
    for form in WRITABLE_FORMATS.values():
        if name is None and suffix in form.suffixes:
            return form
    asked = f"the format “{name}”" if name is not None else f"the ending “{path.suffix}”"
    endings = ", ".join(form.suffixes[0] for form in WRITABLE_FORMATS.values())
    raise _refusal(path, f"{asked} is not supported; choose one of {endings}")


def _refusal(path: Path, reason: str) -> ImageWriteError:
    return ImageWriteError(f"“{shown_name(path)}” cannot be written: {reason}.")


def _check(photo: Photo, path: Path, form: OutputFormat, options: WriteOptions) -> None:
    if not 1 <= options.quality <= 100:
        raise _refusal(path, f"quality {options.quality} is not between 1 and 100")
    if options.bit_depth not in (None, 8, 16):
        raise _refusal(path, f"{options.bit_depth} bits are not possible; choose 8 or 16")
    if options.dpi is not None and not all(0 < value < 1e6 for value in options.dpi):
        raise _refusal(path, "the resolution must be above 0 dots per inch")
    if max(photo.width, photo.height) > form.longest_side_px:
        raise _refusal(
            path,
            f"{form.label} holds at most {form.longest_side_px} pixels per side; "
            f"choose {WRITABLE_FORMATS[form.falls_back_to].label}",
        )


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # one of them does not exist
        return False


def _with_times(source: Path, target: Path) -> tuple[Message, ...]:
    try:
        stat = source.stat()
        os.utime(target, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    except OSError as error:
        return (FilePhrase.TIMES_LOST(why=describe_os_error(error)),)
    return ()


def _prepared(
    photo: Photo, form: OutputFormat, options: WriteOptions
) -> tuple[Strips, Metadata, tuple[Message, ...]]:
    """Fit photo and metadata to the format, without copying pixels yet."""
    notes = []
    depth = options.bit_depth or photo.bit_depth
    if depth not in form.bit_depths:
        depth = form.bit_depths[-1]
        notes.append(FilePhrase.BITS_REDUCED(format=form.label, bits=depth))
    one_channel = photo.is_grey and form.grey
    if photo.alpha is not None and not form.alpha:
        notes.append(FilePhrase.NO_TRANSPARENCY(format=form.label))
    profile, curve, profile_notes = _profile_for(photo, one_channel=one_channel)
    strips = Strips(
        photo.pixels,
        photo.alpha,
        np.dtype(np.uint16 if depth == 16 else np.uint8),
        one_channel,
        keep_alpha=form.alpha,
        curve=curve,
    )
    metadata, metadata_notes = _metadata_for(photo, form, options)
    metadata = replace(metadata, icc_profile=profile)
    return strips, metadata, (*notes, *profile_notes, *metadata_notes)


def _profile_for(
    photo: Photo, *, one_channel: bool
) -> tuple[bytes | None, NDArray[Any] | None, tuple[Message, ...]]:
    """The profile to embed, the curve to apply to the pixels, and notes.

    A grey profile belongs into files with one channel only, an RGB profile into the others.
    """
    profile = photo.metadata.icc_profile
    space = profiles.color_space(profile) if profile else None
    if profile is None or (space == "grey") == one_channel:
        return profile, None, ()
    if space == "grey":
        curve = profiles.grey_to_srgb_curve(profile, photo.pixels.dtype)
        return profiles.srgb_profile(), curve, (FilePhrase.PROFILE_TO_SRGB(),)
    grey = profiles.grey_from_rgb(profile)
    if grey is None:
        return None, None, (FilePhrase.PROFILE_LEFT_OUT(),)
    return grey, None, (FilePhrase.PROFILE_TO_GREY(),)


def _metadata_for(
    photo: Photo, form: OutputFormat, options: WriteOptions
) -> tuple[Metadata, tuple[Message, ...]]:
    """Metadata that agree with the file, and notes on what the format cannot hold."""
    notes: list[Message] = []
    kept = photo.metadata
    if not options.keep_metadata:
        kept = replace(kept, exif=None, xmp=None, iptc=None, texts=())
    kept, text_notes = _with_texts(kept, form)
    notes += text_notes
    dpi = options.dpi or kept.dpi
    block = kept.exif
    # Where there is no other place for the resolution, EXIF is made just for it.
    if block is not None or not form.dpi:
        try:
            block = exif.with_picture(block, size=(photo.height, photo.width), dpi=dpi)
        except exif.InvalidExifError:
            block = None
            notes.append(FilePhrase.EXIF_DAMAGED())
    if kept.iptc and not form.iptc:
        kept = replace(kept, iptc=None)
        notes.append(FilePhrase.NO_IPTC(format=form.label))
    return replace(kept, exif=block, dpi=dpi), tuple(notes)


def _with_texts(metadata: Metadata, form: OutputFormat) -> tuple[Metadata, tuple[Message, ...]]:
    """Put plain texts that the format has no place for into EXIF; a note on what fits nowhere."""
    if form.texts is None:
        return metadata, ()
    own = tuple(each for each in metadata.texts if each[0] in form.texts)
    others = {name: text for name, text in metadata.texts if name not in form.texts}
    block = metadata.exif
    fitting = {_TEXTS_IN_EXIF[name]: others[name] for name in others.keys() & _TEXTS_IN_EXIF.keys()}
    if fitting:
        with suppress(exif.InvalidExifError):  # which the caller notices, too
            block = exif.with_texts(block, dict(sorted(fitting.items())))
    homeless = [f"“{name}”" for name in others if name not in _TEXTS_IN_EXIF]
    note = FilePhrase.NO_TEXT(format=form.label, names=", ".join(homeless))
    return replace(metadata, exif=block, texts=own), (note,) if homeless else ()
