# SPDX-License-Identifier: Apache-2.0
"""Makes the sample photograph: a clean public-domain portrait, aged by code.

    python packaging/samples/make_samples.py [FOLDER]

Writes `old_photo.jpg` (what the File menu opens) and `old_photo_original.jpg` (the same picture
before it was aged, for quality tests). Needs scikit-image, which the program itself does not.

The portrait is `skimage.data.astronaut`, a NASA photograph of Eileen Collins (public domain).
The seed is fixed: running the script again gives the same pictures.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data

Float = NDArray[np.float32]

SIDE_PX = 1200
SEED = 1969
DPI = 300


def clean_print() -> Float:
    """The portrait enlarged to the size of a scanned print, (H, W, 3) in [0, 1]."""
    portrait = data.astronaut().astype(np.float32) / 255.0
    enlarged = cv2.resize(portrait, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC)
    soft = cv2.GaussianBlur(enlarged, (0, 0), 1.5)
    return np.clip(enlarged + 0.8 * (enlarged - soft), 0.0, 1.0)


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int], cell_px: int) -> Float:
    """Clouds in [-1, 1] whose blobs are about `cell_px` wide."""
    height, width = shape
    coarse = rng.standard_normal((height // cell_px + 3, width // cell_px + 3)).astype(np.float32)
    clouds = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return clouds / np.abs(clouds).max()


def fade(picture: Float, rng: np.random.Generator) -> Float:
    """Dyes that lost density unevenly: cyan most, so the print turns warm, blacks turn brown."""
    height, width = picture.shape[:2]
    grey = picture.mean(axis=2, keepdims=True)
    dull = 0.62 * picture + 0.38 * grey
    light = np.array([0.93, 0.87, 0.72], np.float32)
    dark = np.array([0.33, 0.22, 0.17], np.float32)
    faded = dark + (light - dark) * dull ** np.array([0.78, 0.92, 1.0], np.float32)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    sun = np.clip(1.15 - np.hypot(columns / width - 0.95, rows / height - 0.08), 0, 1)[..., None]
    faded = faded + 0.10 * sun * (light - faded)
    stain = smooth_noise(rng, (height, width), 260)[..., None]
    return faded * (1 + stain * np.array([0.015, 0.025, 0.05], np.float32))


def grain(picture: Float, rng: np.random.Generator) -> Float:
    """Film grain: correlated over about a pixel, strongest in the middle tones."""
    height, width = picture.shape[:2]
    luminance = rng.standard_normal((height, width)).astype(np.float32)
    luminance = cv2.GaussianBlur(luminance, (0, 0), 0.8)
    luminance /= luminance.std()
    chroma = rng.standard_normal((height, width, 3)).astype(np.float32)
    chroma = cv2.GaussianBlur(chroma, (0, 0), 1.1)
    chroma /= chroma.std()
    middle = 0.35 + 2.6 * picture.mean(axis=2) * (1 - picture.mean(axis=2))
    return picture + (middle * 0.030 * luminance)[..., None] + 0.014 * chroma


def lay_over(picture: Float, cover: Float, colour: tuple[float, float, float]) -> Float:
    """Mix `colour` into the picture where `cover` (H, W) in [0, 1] says so."""
    opacity = np.clip(cover, 0.0, 1.0)[..., None]
    return picture * (1 - opacity) + opacity * np.array(colour, np.float32)


def wandering_line(
    rng: np.random.Generator, start: tuple[float, float], end: tuple[float, float], sway_px: float
) -> NDArray[np.int32]:
    """Points from start to end (x, y) that wander sideways like a scratch or a fold."""
    steps = 160
    along = np.linspace(0.0, 1.0, steps)[:, None]
    points = np.array(start) * (1 - along) + np.array(end) * along
    direction = np.array(end, float) - np.array(start, float)
    sideways = np.array([-direction[1], direction[0]]) / np.hypot(*direction)
    walk = np.cumsum(rng.standard_normal(steps))
    walk -= np.linspace(walk[0], walk[-1], steps)
    walk *= sway_px / max(1e-6, np.abs(walk).max())
    return np.round((points + walk[:, None] * sideways) * 16).astype(np.int32)


def scratches(rng: np.random.Generator, side: int) -> Float:
    """Thin bright lines where the emulsion is gone, mostly along the print's travel."""
    cover = np.zeros((side, side), np.float32)
    for _ in range(13):
        x = rng.uniform(0.03, 0.97) * side
        top = rng.uniform(-0.1, 0.7) * side
        length = rng.uniform(0.10, 0.65) * side
        lean = rng.normal(0, 0.05) * length
        line = wandering_line(rng, (x, top), (x + lean, top + length), rng.uniform(1, 5))
        one = np.zeros_like(cover)
        cv2.polylines(one, [line], False, 1.0, 1 + int(rng.random() < 0.35), cv2.LINE_AA, 4)
        patchy = np.clip(0.75 + 0.6 * smooth_noise(rng, (side, side), 40), 0, 1)
        cover = np.maximum(cover, one * patchy * rng.uniform(0.5, 0.95))
    return cover


def dust(rng: np.random.Generator, side: int, specks: int, hairs: int) -> Float:
    """Specks of 1 to 5 px and a few curled hairs."""
    cover = np.zeros((side, side), np.float32)
    for x, y in rng.uniform(0, side, (specks, 2)):
        radius = float(np.clip(rng.lognormal(0.35, 0.5), 0.6, 5.0))
        axes = (round(radius * 16), round(radius * rng.uniform(8, 16)))
        centre = (round(x * 16), round(y * 16))
        cv2.ellipse(cover, centre, axes, rng.uniform(0, 180), 0, 360, rng.uniform(0.6, 1.0), -1,
                    cv2.LINE_AA, 4)  # fmt: skip
    for x, y in rng.uniform(0.1 * side, 0.9 * side, (hairs, 2)):
        turn = np.cumsum(rng.normal(0, 0.14, 46) + rng.normal(0, 0.05)) + rng.uniform(0, 6.28)
        path = np.stack([x + np.cumsum(np.cos(turn)), y + np.cumsum(np.sin(turn))], axis=1)
        cv2.polylines(cover, [np.round(path * 16).astype(np.int32)], False, 0.8, 1,
                      cv2.LINE_AA, 4)  # fmt: skip
    return cv2.GaussianBlur(cover, (0, 0), 0.6)


def fold(picture: Float, rng: np.random.Generator) -> Float:
    """One crease across a corner: a cracked white core, with a shadow on one side of it."""
    side = picture.shape[0]
    line = wandering_line(rng, (0.60 * side, -5), (side + 5, 0.43 * side), 5)
    core = np.zeros((side, side), np.float32)
    cv2.polylines(core, [line], False, 1.0, 4, cv2.LINE_AA, 4)
    broken = np.clip(0.85 + 0.9 * smooth_noise(rng, (side, side), 14), 0, 1)
    shade = cv2.GaussianBlur(np.roll(core, (7, -7), (0, 1)), (0, 0), 9)
    glint = cv2.GaussianBlur(np.roll(core, (-5, 5), (0, 1)), (0, 0), 6)
    shaped = picture * (1 - 0.5 * shade[..., None]) + 0.16 * glint[..., None]
    return lay_over(shaped, cv2.GaussianBlur(core * broken, (0, 0), 0.7), (0.95, 0.92, 0.85))


def worn_edges(rng: np.random.Generator, side: int) -> Float:
    """Paper showing through along the rim and on two corners."""
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
    rim = np.minimum.reduce([rows, columns, side - 1 - rows, side - 1 - columns])
    ragged = 4 * smooth_noise(rng, (side, side), 60) + 2 * smooth_noise(rng, (side, side), 5)
    corner = np.minimum(np.hypot(rows, columns), np.hypot(side - rows, columns))
    torn = 24 + 14 * smooth_noise(rng, (side, side), 12)
    return np.clip(np.maximum(ragged - rim, torn - corner) / 1.5, 0, 1)


def age(clean: Float) -> Float:
    """Sixty years in a drawer. (H, W, 3) in [0, 1] in and out, same framing."""
    rng = np.random.default_rng(SEED)
    side = clean.shape[0]
    picture = cv2.GaussianBlur(clean, (0, 0), 0.7)
    picture = grain(fade(picture, rng), rng)
    picture = fold(picture, rng)
    paper = (0.95, 0.92, 0.85)
    picture = lay_over(picture, scratches(rng, side), paper)
    picture = lay_over(picture, dust(rng, side, 170, 5), (0.97, 0.95, 0.90))
    picture = lay_over(picture, 0.8 * dust(rng, side, 45, 2), (0.14, 0.10, 0.08))
    return lay_over(picture, worn_edges(rng, side), paper)


def save(picture: Float, path: Path, quality: int) -> None:
    """Write [0, 1] as a JPEG with a resolution, so that size on paper has something to say."""
    pixels = np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality, subsampling=0, dpi=(DPI, DPI))
    path.write_bytes(buffer.getvalue())
    print(f"{path}: {pixels.shape[1]} x {pixels.shape[0]}, {len(buffer.getvalue()) // 1024} KB")


def main() -> None:
    """Write both samples into the folder named on the command line, or where they ship."""
    default = Path(__file__).resolve().parents[2] / "resources" / "samples"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    folder.mkdir(parents=True, exist_ok=True)
    clean = clean_print()
    save(age(clean), folder / "old_photo.jpg", 80)
    save(clean, folder / "old_photo_original.jpg", 85)


if __name__ == "__main__":
    main()
