# SPDX-License-Identifier: Apache-2.0
"""What reading and writing say that they had to change."""

from __future__ import annotations

from restorer_app.engine.core.message import Phrase


class FilePhrase(Phrase, room="files"):
    """What is not as it was in the file, or cannot be in the next one."""

    RAW_DEVELOPED = (
        "The camera raw file was developed to 16-bit sRGB with the camera's white balance."
    )
    RAW_LINEAR = "The linear raw data were developed to 16 bits with the curve of sRGB."
    NO_END = "The file breaks off before its end mark; the picture is whole."
    DAMAGED = (
        "The file is damaged or incomplete: where its data are missing or broken, the picture is "
        "grey, shifted or in wrong colours."
    )
    NO_LENGTHS = "The file does not say how long its data are; that was worked out."
    ANOTHER_PICTURE = "The file has another picture; only the first one was read."
    OTHER_PICTURES = "The file has {count} other pictures; only the first one was read."
    XMP_DAMAGED = "The extended part of the XMP data was damaged and left out."
    TEXT_LOST = "A text in the file is damaged or far too long and was left out."
    GAIN_MAP = "The gain map, which brightens the photo on HDR screens, was left out."
    GEO_TURNED = "The place on the earth (GeoTIFF) was left out, because the photo was turned."
    SIDECAR_LEFT_OUT = "The sidecar “{name}” was left out: {why}."
    TIMES_LOST = "The date of the file could not be kept: {why}."
    NO_TEXT = "{format} has no place for the text {names}; it was left out."
    CMYK_BY_PROFILE = "The CMYK colours were converted to sRGB through its colour profile."
    CMYK_BY_FORMULA = (
        "The CMYK colours were converted to sRGB by the plain formula: it has no profile."
    )
    FROM_FLOAT = "The floating-point samples were converted to 16 bits."
    HIGHLIGHTS_CUT = "Highlights brighter than white were cut, on {share:share} of the picture."
    NOT_NUMBERS = "{count} samples that are not numbers (NaN or infinite) were replaced."
    BITS_LOST = "The {bits}-bit samples were reduced to 16 bits."
    NEGATIVE = "Negative sample values were set to black."
    SEVERAL_PAGES = (
        "The file has several pages; only page {page} ({width} × {height}) was read."
        " Pages left out: {others}."
    )
    EXTRA_CHANNELS = "Extra channels that are not transparency were left out."
    EXIF_DAMAGED = "The EXIF data were damaged and left out."
    PROFILE_UNFIT = "The colour profile did not fit the picture and was left out."
    TOO_LONG = "The {kind} data are too long for a JPEG file and were left out."
    BITS_REDUCED = "{format} holds {bits} bits per channel; the photo was reduced to them."
    NO_TRANSPARENCY = "{format} holds no transparency; the photo was laid over white."
    NO_IPTC = "{format} holds no IPTC data; they were left out."
    PROFILE_TO_SRGB = "The grey colour profile was replaced by sRGB, because the file is in colour."
    PROFILE_TO_GREY = (
        "The colour profile was replaced by a grey one of the same curve: the file is grey."
    )
    PROFILE_LEFT_OUT = "The colour profile was left out, because the file is grey."
