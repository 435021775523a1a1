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
        gaussian_sigma: Uniform; [0, 100].
        gaussian_clip_probability: How often the noisy picture is clipped to [0, 1] as a file is;
            the published benchmarks do not clip.
        jpeg_quality: Uniform; [1, 100].
        jpeg_subsampled_probability: How often chroma is stored at half size (4:2:0).
        rounds: Times that the chain runs, each in a new random order.
        later_round_strength: Factor on probabilities and strengths after the first round.
        blur_probability: Of one blur (Gaussian, defocus or motion).
        blur_sigma: Deviation of the Gaussian, or of the disc or streak that is equally wide.
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
    """

    clean_share: float = 0.05
    gaussian_share: float = 0.50
    jpeg_share: float = 0.15
    photographic_share: float = 0.30
    gaussian_sigma: Range = (0.0, 55.0)
    gaussian_clip_probability: float = 0.5
    jpeg_quality: Range = (5.0, 60.0)
    jpeg_subsampled_probability: float = 0.7
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

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, tuple):
                _check_range(item.name, value)
            elif item.name.endswith("_probability") and not 0 <= value <= 1:
                raise ValueError(f"degradation: {item.name} must be in [0, 1], not {value}")
            elif value < 0:
                raise ValueError(f"degradation: {item.name} must not be negative, not {value}")
        if not sum(self.shares) > 0:
            raise ValueError("degradation: at least one share must be above 0")

    @property
    def shares(self) -> tuple[float, float, float, float]:
        """Shares of the branches: clean, gaussian, jpeg, photographic."""
        return self.clean_share, self.gaussian_share, self.jpeg_share, self.photographic_share

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
            if known[key] == "Range":
                changes[key] = _read_range(key, value)
            elif isinstance(value, bool) or not isinstance(value, (int, float)):
                raise ValueError(f"degradation: {key} must be a number, not {value!r}")
        return replace(PRESETS[name], **changes)


_LIMITS = {
    "gaussian_sigma": (0.0, 100.0),
    "jpeg_quality": (1.0, 100.0),
    "chain_jpeg_quality": (1.0, 100.0),
    "blur_sigma": (0.05, 16.0),
    "resample_factor": (1.0, 8.0),
    "grain_size": (0.05, 8.0),
    "grain_colour": (0.0, 1.0),
}


def _check_range(name: str, value: Range) -> None:
    low, high = _LIMITS.get(name, (0.0, 255.0))
    if not low <= value[0] <= value[1] <= high:
        raise ValueError(
            f"degradation: {name} must be [low, high] with {low:g} <= low <= high <= {high:g}, "
            f"not {list(value)}"
        )


def _read_range(name: str, value: Any) -> Range:
    numbers = (
        [v for v in value if isinstance(v, (int, float))] if isinstance(value, list | tuple) else []
    )
    if len(numbers) != 2:
        raise ValueError(f"degradation: {name} must be two numbers, not {value!r}")
    return float(numbers[0]), float(numbers[1])


PRESETS = {
    "gaussian": DegradationConfig(
        clean_share=0, gaussian_share=1, jpeg_share=0, photographic_share=0
    ),
    "jpeg": DegradationConfig(clean_share=0, gaussian_share=0, jpeg_share=1, photographic_share=0),
    "photographic": DegradationConfig(
        clean_share=0, gaussian_share=0, jpeg_share=0, photographic_share=1
    ),
    "restoration": DegradationConfig(),
}
