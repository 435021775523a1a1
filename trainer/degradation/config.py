# SPDX-License-Identifier: Apache-2.0
"""What a recipe may say about the degradations, and the named presets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from trainer.degradation.random_source import Range

NOISE_SCALE = 55 / 255
"""Noise deviation that the degradation vector calls 1."""
BLUR_SCALE = 4.0
"""Blur, as the deviation in pixels of the equal Gaussian, that the degradation vector calls 1."""


@dataclass(frozen=True)
class DegradationConfig:
    """The `[degradation]` table of a recipe. Ranges are (low, high), drawn per sample.

    Shares say how a batch is divided; they need not sum to 1. Sigmas are in 1/255 of the full
    range, sizes in pixels, qualities on the IJG scale, probabilities per sample and round.

    Attributes:
        clean_share: Samples left as they are: the network must not touch clean pictures.
        gaussian_share: Samples with white Gaussian noise and nothing else.
        jpeg_share: Samples with one JPEG compression and nothing else.
        photographic_share: Samples through the second-order chain of film, lens and scanner.
        aged_share: Samples through the same chain with ageing between its two rounds.
        damaged_share: Samples with local damage and nothing else, for detection and inpainting.
        tone_in_target: Whether fading, toning, vignetting and uneven exposure also change the
            target: true for a network that must leave them to the tone step.
        gaussian_sigma: Uniform; [0, 100].
        gaussian_clip_probability: How often the noisy picture is clipped to [0, 1] as a file is;
            the published benchmarks do not clip.
        jpeg_quality: Uniform; [1, 100].
        jpeg_subsampled_probability: How often chroma is stored at half size (4:2:0).
        jpeg_aligned_probability: How often the block grid starts at the corner of the crop, as it
            does in a file that was saved and never cropped; for samples with JPEG alone.
        rounds: Times that the chain runs, each in a new random order.
        later_round_strength: Factor on probabilities and strengths after the first round.
        blur_probability: Of one blur (Gaussian, defocus or motion).
        blur_sigma: Deviation of the Gaussian along its longer axis, or of the disc or streak.
        resample_probability: Of shrinking and enlarging.
        resample_factor: Log-uniform; [1, 8].
        grain_probability: Of film grain.
        grain_sigma: In the mid-tones.
        grain_size: Gaussian deviation of one grain.
        grain_colour: 0 the same in all channels, 1 independent in each.
        sensor_probability: Of shot and read noise.
        sensor_shot_sigma: Deviation at white from photon counting.
        sensor_read_sigma: Deviation at black.
        chain_jpeg_probability: Of JPEG as an ingredient of the chain.
        chain_jpeg_quality: Uniform; [1, 100].
        monochrome_probability: Of a black-and-white or toned print, photographic and aged.
        fade_probability: Of fading dyes, photographic and aged.
        fade_loss: Share of density lost by the average layer; [0, 0.9].
        vignette_probability: Of vignetting.
        vignette_strength: Light lost in the corners; [0, 0.95].
        exposure_probability: Of uneven exposure.
        exposure_strength: Deviation of the local exponent; [0, 1].
        halftone_probability: Of printing screens.
        halftone_period: From dot to dot.
        halftone_mixing: 0 none, 1 dots only; [0, 1].
        moire_probability: Of moire.
        moire_amplitude: In 1/255.
        scan_line_probability: Of banding.
        scan_line_sigma: Deviation of the rows' offsets, in 1/255.
        streak_probability: Of scanner streaks.
        streak_sigma: Deviation of the streaks' brightness, in 1/255.
        texture_probability: Of paper texture.
        texture_strength: Relative deviation of the brightness; [0, 0.5].
        texture_folder: Pictures of paper to use beside the drawn ones; empty for none.
        stain_probability: Of tide-marked stains.
        stain_density: At the tide line; [0, 2].
        foxing_probability: Of foxing.
        foxing_density: At the heart of a spot; [0, 2].
        scratch_probability: Of scratches.
        scratch_count: Scratches where there are any; whole numbers, at most 64.
        scratch_width: Full width, log-uniform.
        crease_probability: Of creases.
        crease_count: Creases where there are any.
        crease_width: Full width of the crack, log-uniform.
        fold_probability: How often a crease is a smooth fold, which did not crack.
        dust_probability: Of dust.
        dust_density: Share of pixels covered, log-uniform; [1e-5, 0.1].
        hair_probability: Of hairs and fibres.
        hair_count: Hairs where there are any.
        hair_width: Full width, log-uniform.
        flake_probability: Of flaked patches.
        flake_amount: Share of pixels that are bare, log-uniform; [1e-4, 0.5].
        tear_probability: Of one torn side or corner.
        tear_depth: How far it reaches in, as a fraction of half the diagonal; [0, 1].
        print_sheet_share: Sheets of damage as old prints have it, of all sheets; [0, 1].
        outline_file: Real outlines of dust and hairs, see `drawing.prints`; empty for none.
    """

    clean_share: float = 0.05
    gaussian_share: float = 0.50
    jpeg_share: float = 0.15
    photographic_share: float = 0.30
    aged_share: float = 0.0
    damaged_share: float = 0.0
    tone_in_target: bool = True
    gaussian_sigma: Range = (0.0, 55.0)
    gaussian_clip_probability: float = 0.5
    jpeg_quality: Range = (5.0, 60.0)
    jpeg_subsampled_probability: float = 0.7
    jpeg_aligned_probability: float = 0.7
    rounds: int = 2
    later_round_strength: float = 0.6
    blur_probability: float = 0.5
    blur_sigma: Range = (0.3, 1.8)
    resample_probability: float = 0.35
    resample_factor: Range = (1.1, 2.5)
    grain_probability: float = 0.6
    grain_sigma: Range = (2.0, 22.0)
    grain_size: Range = (0.35, 1.1)
    grain_colour: Range = (0.0, 0.5)
    sensor_probability: float = 0.5
    sensor_shot_sigma: Range = (1.0, 18.0)
    sensor_read_sigma: Range = (0.0, 8.0)
    chain_jpeg_probability: float = 0.5
    chain_jpeg_quality: Range = (25.0, 95.0)
    monochrome_probability: float = 0.3
    fade_probability: float = 0.2
    fade_loss: Range = (0.05, 0.55)
    vignette_probability: float = 0.3
    vignette_strength: Range = (0.1, 0.6)
    exposure_probability: float = 0.3
    exposure_strength: Range = (0.05, 0.3)
    halftone_probability: float = 0.06
    halftone_period: Range = (3.0, 7.0)
    halftone_mixing: Range = (0.15, 0.7)
    moire_probability: float = 0.06
    moire_amplitude: Range = (1.0, 8.0)
    scan_line_probability: float = 0.15
    scan_line_sigma: Range = (0.5, 4.0)
    streak_probability: float = 0.12
    streak_sigma: Range = (4.0, 25.0)
    texture_probability: float = 0.3
    texture_strength: Range = (0.01, 0.06)
    texture_folder: str = ""
    stain_probability: float = 0.25
    stain_density: Range = (0.15, 0.9)
    foxing_probability: float = 0.15
    foxing_density: Range = (0.15, 0.8)
    scratch_probability: float = 0.7
    scratch_count: Range = (1.0, 8.0)
    scratch_width: Range = (0.4, 2.4)
    crease_probability: float = 0.35
    crease_count: Range = (1.0, 2.0)
    crease_width: Range = (0.6, 4.0)
    fold_probability: float = 0.35
    dust_probability: float = 0.6
    dust_density: Range = (2e-4, 6e-3)
    hair_probability: float = 0.25
    hair_count: Range = (1.0, 2.0)
    hair_width: Range = (0.7, 2.2)
    flake_probability: float = 0.25
    flake_amount: Range = (0.002, 0.06)
    tear_probability: float = 0.12
    tear_depth: Range = (0.05, 0.4)
    print_sheet_share: float = 0.0
    outline_file: str = ""

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, tuple):
                _check_range(item.name, value)
            elif isinstance(value, bool | str):
                continue
            elif item.name.endswith("_probability") and not 0 <= value <= 1:
                raise ValueError(f"degradation: {item.name} must be in [0, 1], not {value}")
            elif value < 0:
                raise ValueError(f"degradation: {item.name} must not be negative, not {value}")
        if not sum(self.shares) > 0:
            raise ValueError("degradation: at least one share must be above 0")

    @property
    def shares(self) -> tuple[float, ...]:
        """Shares of the branches: clean, gaussian, jpeg, photographic, aged, damaged."""
        return (
            self.clean_share,
            self.gaussian_share,
            self.jpeg_share,
            self.photographic_share,
            self.aged_share,
            self.damaged_share,
        )

    @classmethod
    def from_mapping(cls, table: Mapping[str, Any]) -> DegradationConfig:
        """Reads a recipe's table: an optional `preset`, then single fields that differ from it.

        Raises:
            ValueError: An unknown preset or field, or a value outside its range.
        """
        changes = dict(table)
        name = changes.pop("preset", "restoration")
        if name not in PRESETS:
            raise ValueError(f"degradation: no preset {name!r}; there are {', '.join(PRESETS)}")
        known = {item.name: item.type for item in fields(cls)}
        for key, value in changes.items():
            if key not in known:
                raise ValueError(f"degradation: no field {key!r}; there are {', '.join(known)}")
            changes[key] = _read_value(key, str(known[key]), value)
        return replace(PRESETS[name], **changes)


_LIMITS = {
    "gaussian_sigma": (0.0, 100.0),
    "jpeg_quality": (1.0, 100.0),
    "chain_jpeg_quality": (1.0, 100.0),
    "blur_sigma": (0.05, 16.0),
    "resample_factor": (1.0, 8.0),
    "grain_size": (0.05, 8.0),
    "grain_colour": (0.0, 1.0),
    "fade_loss": (0.0, 0.9),
    "vignette_strength": (0.0, 0.95),
    "exposure_strength": (0.0, 1.0),
    "halftone_period": (2.0, 64.0),
    "halftone_mixing": (0.0, 1.0),
    "texture_strength": (0.0, 0.5),
    "stain_density": (0.0, 2.0),
    "foxing_density": (0.0, 2.0),
    "scratch_count": (1.0, 64.0),
    "crease_count": (1.0, 64.0),
    "hair_count": (1.0, 64.0),
    "scratch_width": (0.1, 64.0),
    "crease_width": (0.1, 64.0),
    "hair_width": (0.1, 64.0),
    "dust_density": (1e-5, 0.1),
    "flake_amount": (1e-4, 0.5),
    "tear_depth": (0.0, 1.0),
}


def _check_range(name: str, value: Range) -> None:
    low, high = _LIMITS.get(name, (0.0, 255.0))
    if not low <= value[0] <= value[1] <= high:
        raise ValueError(
            f"degradation: {name} must be [low, high] with {low:g} <= low <= high <= {high:g}, "
            f"not {list(value)}"
        )


def _read_value(name: str, kind: str, value: Any) -> Range | float | bool | str:
    """Checks one value of a TOML table against the type of its field."""
    if kind == "Range":
        numbers = value if isinstance(value, list | tuple) else []
        if len(numbers) != 2 or not all(type(v) in (int, float) for v in numbers):
            raise ValueError(f"degradation: {name} must be two numbers, not {value!r}")
        return float(value[0]), float(value[1])
    # By exact type: in Python a boolean is an int too, and a share of `true` is a mistake.
    if type(value) not in _ACCEPTED[kind]:
        raise ValueError(f"degradation: {name} must be of type {kind}, not {value!r}")
    accepted: float | bool | str = value
    return accepted


_ACCEPTED: dict[str, tuple[type, ...]] = {
    "float": (float, int),
    "int": (int,),
    "bool": (bool,),
    "str": (str,),
}


def _only(**shares: float) -> DegradationConfig:
    none = dict.fromkeys(("clean_share", "gaussian_share", "jpeg_share", "photographic_share"), 0.0)
    return DegradationConfig(**{**none, **shares})  # type: ignore[arg-type]  # all are shares


PRESETS = {
    "gaussian": _only(gaussian_share=1),
    "jpeg": _only(jpeg_share=1),
    "photographic": _only(photographic_share=1),
    "restoration": DegradationConfig(),
    "aged": replace(
        _only(aged_share=1), tone_in_target=False, monochrome_probability=0.5, fade_probability=0.6
    ),
    "damage": _only(clean_share=0.1, damaged_share=0.6, aged_share=0.3),
}
"""Named starting points: `restoration` for the denoise generator, `damage` for the detector."""
