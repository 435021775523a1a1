# SPDX-License-Identifier: Apache-2.0
"""What a recipe can say about pictures: those to learn from and those to measure on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from trainer.recipe.schema import number


@dataclass(frozen=True)
class DataConfig:
    """Where training pictures come from and how crops are cut."""

    kind: Literal["photos", "pairs"] = "photos"
    """photos: clean pictures that the degradations damage; pairs: folders `input` and `target`
    with the same file names."""
    folders: tuple[str, ...] = ()
    """Folders searched recursively; `--data` replaces them. Relative to the working folder."""
    exclude: tuple[str, ...] = ("benchmark",)
    """Files below a folder of one of these names are never read."""
    crop_px: int = number(96, 16, 1024)
    """Side of the square training crops, in pixels."""
    batch: int = number(8, 1, 4096)
    """Crops per process and optimizer micro-step."""
    minimum_scale: float = number(0.5, 0.1, 1)
    """Crops are shrunk by a random area factor in [minimum_scale, 1] where the picture is large
    enough; this removes JPEG artefacts and noise that the source pictures bring along."""
    maximum_scale: float = number(1.0, 0.1, 1)
    """Largest such factor, of the side length."""
    augment: bool = True
    """Random flips and transposes (the eight symmetries of the square)."""
    memory_mib: int = number(4096, 1)
    """Decoded pictures are kept up to this many MiB; the rest is decoded anew at each use."""


@dataclass(frozen=True)
class ValidationConfig:
    """What is measured while training, on pictures that are never trained on."""

    fraction: float = number(0.02, 0, 0.5)
    """Share of files held out, by a hash of their names."""
    crops: int = number(24, 0, 1000)
    """How many held-out pictures are measured, one centre crop each."""
    crop_px: int = number(192, 32, 2048)
    """Largest side of those crops, in pixels."""
    every_steps: int = number(500, 1)
    """Steps between validations."""
    gaussian_sigmas: tuple[float, ...] = ()
    """Also measure plain Gaussian noise of these standard deviations, in units of 1/255."""


@dataclass(frozen=True)
class StylesConfig:
    """The pictures that task stylize learns styles from."""

    folder: str = ""
    """Holds one picture NAME.jpg (or .png ...) for each of `generator.options.styles` but the
    first, "identity"; `--styles` replaces it."""
    largest_px: int = number(640, 64, 4096)
    """Their longer side when statistics are taken; larger ones are reduced. Strokes come out as
    many pixels wide as they are then."""


@dataclass(frozen=True)
class UnpairedConfig:
    """The old pictures that task age learns the look of."""

    folder: str = ""
    """Searched recursively; `--old` replaces it."""
