# SPDX-License-Identifier: Apache-2.0
"""Lays a restored picture over the damaged one, pixel on pixel, and cuts what both show."""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from restorer_app.engine.core.color import luma
from restorer_app.engine.core.photo import Photo, Pixels
from restorer_app.engine.core.pixels import full_scale, to_float, to_integer
from trainer.fine_tuning.pairs.alignment import (
    Alignment,
    Matrix,
    agreement,
    align,
    look_at,
    refine,
    structure_of,
)
from trainer.fine_tuning.pairs.refusal import PairRefusedError

__all__ = ["PairRefusedError", "RegisteredPair", "register"]

LARGEST_COPY_PIXELS = 4_000_000
"""A larger pair is cut to its middle: crops of training are small, and at full size all of them
would cost memory and time for little that is new."""
SMALLEST_SIDE_PX = 64
_KEPT_SCALE = 0.98
"""Below this many restored pixels per damaged one, the damaged picture is reduced instead of the
restored one enlarged: an enlarged target would teach softness."""


@dataclass(frozen=True)
class RegisteredPair:
    """Two pictures of equal size that lie over each other.

    Attributes:
        before: RGB (H, W, 3), uint8 or uint16.
        after: same shape and dtype.
        residual: in [0, 1]: 1 - correlation of the fine structure of both; 0 is perfect.
        method: how they were laid over each other, for a person.
    """

    before: Pixels
    after: Pixels
    residual: float
    method: str


@dataclass(frozen=True)
class Source:
    """What has to be known of a photo once its pixels are gone.

    Attributes:
        width: in pixels.
        height: in pixels.
        is_grey: the file had one channel.
        icc_profile: of its pixels; None is sRGB.
    """

    width: int
    height: int
    is_grey: bool
    icc_profile: bytes | None


@dataclass(frozen=True)
class Frame:
    """The common grid of a pair.

    Attributes:
        alignment: of the full-size pictures.
        scale: pixels of the grid per pixel of the damaged picture, at most 1.
        left: of the common rectangle, in pixels of the grid.
        top: likewise.
        width: likewise.
        height: likewise.
    """

    alignment: Alignment
    scale: float
    left: int
    top: int
    width: int
    height: int


def register(before: Photo, after: Photo) -> RegisteredPair:
    """Register `after` on `before` and crop both to their common area.

    Raises:
        PairRefusedError: one sentence why the two are no pair.
    """
    first, second = source_of(before), source_of(after)
    frame = find_frame(align(look_at(before.pixels), look_at(after.pixels)), first, second)
    return finish(cut_before(before, frame), cut_after(after, frame), first, second, frame)


def source_of(photo: Photo) -> Source:
    """What `find_frame` and `finish` need of a photo."""
    return Source(photo.width, photo.height, photo.is_grey, photo.metadata.icc_profile)


def find_frame(alignment: Alignment, before: Source, after: Source) -> Frame:
    """The largest upright rectangle that both pictures cover, cut to its middle where too large.

    Args:
        alignment: of the two.
        before: the damaged picture.
        after: the restored picture.

    Raises:
        PairRefusedError: it is too small to learn from.
    """
    area = abs(float(np.linalg.det(alignment.matrix[:2, :2])))
    scale = min(1.0, area**0.5)
    scale = 1.0 if scale > _KEPT_SCALE else scale
    grid_width, grid_height = round(before.width * scale), round(before.height * scale)
    to_after = alignment.matrix @ _enlarging(1 / scale)
    left, top, right, bottom = _covered(to_after, grid_width, grid_height, after)
    width, height = right - left, bottom - top
    shrink = min(1.0, (LARGEST_COPY_PIXELS / max(1, width * height)) ** 0.5)
    cut_width, cut_height = int(width * shrink), int(height * shrink)
    if min(cut_width, cut_height) < SMALLEST_SIDE_PX:
        raise PairRefusedError(
            f"The two pictures have only {max(0, width)} x {max(0, height)} pixels in common; "
            f"at least {SMALLEST_SIDE_PX} are needed on each side."
        )
    left += (width - cut_width) // 2
    top += (height - cut_height) // 2
    return Frame(alignment, scale, left, top, cut_width, cut_height)


def cut_before(photo: Photo, frame: Frame) -> Pixels:
    """The damaged picture's part of the frame."""
    pixels = photo.pixels
    if frame.scale < 1:
        size = (round(photo.width * frame.scale), round(photo.height * frame.scale))
        pixels = cv2.resize(np.asarray(pixels), size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    rows = slice(frame.top, frame.top + frame.height)
    return pixels[rows, frame.left : frame.left + frame.width].copy()


def cut_after(photo: Photo, frame: Frame) -> Pixels:
    """The restored picture's part of the frame, resampled once, or not at all where in place."""
    shift = np.array([[1, 0, frame.left], [0, 1, frame.top], [0, 0, 1]], np.float64)
    matrix = frame.alignment.matrix @ _enlarging(1 / frame.scale) @ shift
    if np.allclose(matrix, shift, atol=1e-9):
        rows = slice(frame.top, frame.top + frame.height)
        return photo.pixels[rows, frame.left : frame.left + frame.width].copy()
    return _warp(photo.pixels, matrix, frame.width, frame.height)


def finish(
    before: Pixels, after: Pixels, first: Source, second: Source, frame: Frame
) -> RegisteredPair:
    """Bring the two cuts to one depth and colour space, and refine them at full size.

    Args:
        before: of `cut_before`.
        after: of `cut_after`.
        first: what `before` was cut from.
        second: what `after` was cut from.
        frame: of both.

    Raises:
        PairRefusedError: the two are the same picture.
    """
    method = frame.alignment.method
    if first.icc_profile != second.icc_profile and not (first.is_grey or second.is_grey):
        after = _in_profile(after, second.icc_profile, first.icc_profile)
    if before.dtype != after.dtype:
        before, after = _as_uint16(before), _as_uint16(after)
    if first.is_grey and not second.is_grey:
        # Colours that the damaged picture does not hold would teach this step to invent some.
        after = _as_grey(after)
        method += ", colours of the restored picture left out"
    residual = frame.alignment.residual
    if method.startswith("already in place"):
        if np.array_equal(before, after):
            raise PairRefusedError(
                "The two pictures are the same, so there is nothing to learn from them."
            )
        return RegisteredPair(before, after, residual, method)
    structures = structure_of(before), structure_of(after)
    matrix = refine(*structures, np.eye(3), rounds=12)
    if not np.allclose(matrix, np.eye(3)):
        after = _warp(after, matrix, frame.width, frame.height)
        structures = structures[0], structure_of(after)
    residual = 1 - agreement(*structures, np.eye(3))
    return RegisteredPair(before, after, min(1.0, max(0.0, residual)), method)


def _enlarging(factor: float) -> Matrix:
    offset = (factor - 1) / 2
    return np.array([[factor, 0, offset], [0, factor, offset], [0, 0, 1]], np.float64)


def _covered(matrix: Matrix, width: int, height: int, after: Source) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the largest upright rectangle whose pixels both pictures have."""
    step = max(1, max(width, height) // 512)
    across, down = -(-width // step), -(-height // step)
    x, y = np.meshgrid(np.arange(across) * step, np.arange(down) * step)
    grid = np.stack([x, y, np.ones_like(x)]).reshape(3, -1)
    moved = matrix @ grid
    moved = moved[:2] / moved[2]
    # Half a pixel beyond the border is still the border's pixel.
    inside = (moved >= -0.5).all(0) & (moved[0] <= after.width - 0.5)
    inside &= moved[1] <= after.height - 0.5
    top, left, bottom, right = _largest_rectangle(inside.reshape(down, across))
    return (
        left * step,
        top * step,
        min(width, (right - 1) * step + 1 if right < across else width),
        min(height, (bottom - 1) * step + 1 if bottom < down else height),
    )


def _largest_rectangle(inside: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Top, left, bottom, right of the largest all-true rectangle; histogram method."""
    rows, columns = inside.shape
    heights = np.zeros(columns + 1, np.int64)
    best, area = (0, 0, 0, 0), 0
    for row in range(rows):
        heights[:columns] = np.where(inside[row], heights[:columns] + 1, 0)
        stack: list[int] = []
        for column in range(columns + 1):
            while stack and heights[stack[-1]] >= heights[column]:
                height = int(heights[stack.pop()])
                left = stack[-1] + 1 if stack else 0
                if height * (column - left) > area:
                    area = height * (column - left)
                    best = (row - height + 1, left, row + 1, column)
            stack.append(column)
    return best


def _warp(pixels: Pixels, matrix: Matrix, width: int, height: int) -> Pixels:
    """The part of `pixels` that lies under a grid of width x height; bicubic."""
    source, left, top = _needed(pixels, matrix, width, height)
    matrix = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], np.float64) @ matrix
    scale = abs(float(np.linalg.det(matrix[:2, :2]))) ** 0.5
    if scale > 1.3:
        # A larger restored picture: bicubic alone would skip pixels and alias.
        size = (max(1, round(source.shape[1] / scale)), max(1, round(source.shape[0] / scale)))
        x, y = size[0] / source.shape[1], size[1] / source.shape[0]
        source = cv2.resize(np.asarray(source), size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        matrix = np.array([[x, 0, (x - 1) / 2], [0, y, (y - 1) / 2], [0, 0, 1]]) @ matrix
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    moved: Pixels = cv2.warpPerspective(  # type: ignore[assignment]
        np.asarray(source),
        matrix,
        (width, height),
        flags=flags,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return moved


def _needed(pixels: Pixels, matrix: Matrix, width: int, height: int) -> tuple[Pixels, int, int]:
    """What `_warp` looks at, with its left and top: OpenCV warps no sides above 32767 pixels."""
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    moved = cv2.perspectiveTransform(corners[None], matrix)[0]
    left, top = (max(0, int(each) - 8) for each in np.floor(moved.min(0)))
    right, bottom = (int(each) + 8 for each in np.ceil(moved.max(0)))
    return pixels[top:bottom, left:right], left, top


def _in_profile(pixels: Pixels, source: bytes | None, target: bytes | None) -> Pixels:
    """Pixels as another ICC profile writes them; unchanged where one of the profiles is broken.

    Pillow converts 8 bits; of 16 bits the lower ones are kept, so that gradients stay smooth.
    """
    scale = full_scale(pixels.dtype) // 255
    bytes_before = (pixels // scale).astype(np.uint8)
    try:
        one, two = (_open_profile(each) for each in (source, target))
        image = ImageCms.profileToProfile(Image.fromarray(bytes_before), one, two)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return pixels
    change = (np.asarray(image).astype(np.int32) - bytes_before) * scale
    converted: Pixels = np.clip(pixels + change, 0, full_scale(pixels.dtype)).astype(pixels.dtype)  # type: ignore[assignment]
    return converted


def _open_profile(data: bytes | None) -> ImageCms.ImageCmsProfile:
    source = ImageCms.createProfile("sRGB") if data is None else io.BytesIO(data)
    return ImageCms.ImageCmsProfile(source)


def _as_uint16(pixels: Pixels) -> Pixels:
    return pixels if pixels.dtype == np.uint16 else pixels.astype(np.uint16) * np.uint16(257)


def _as_grey(pixels: Pixels) -> Pixels:
    grey = to_integer(luma(to_float(pixels)).astype(np.float32), pixels.dtype)
    result: Pixels = np.stack([grey, grey, grey], axis=2)  # type: ignore[assignment]
    return result
