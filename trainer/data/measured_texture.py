# SPDX-License-Identifier: Apache-2.0
"""Grain, screens and paper as a spectrum: measured on pictures, and drawn anew from chance."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

_COARSEST = 1 / 24
"""Cycles per pixel; below, a spectrum is of what the pictures show."""
_BANDS = 8
_UNSEEN = (2 / 255) ** 2
"""Power that nobody sees, added to both sides of a comparison."""
_PAD_PX = 8


class Softness:
    """How much softer old pictures are than clean ones, by frequency, in all directions alike.

    Of each ring of the plane the median counts, so that a screen's peaks do not; what the sets
    differ by chance is taken out as in `trainer.data.measured_tone.fit_tone`.
    """

    def __init__(self, old: Tensor, clean: Tensor, pictures: int) -> None:
        """Measure.

        Args:
            old: crops (N, 3, S, S) in [0, 1].
            clean: crops (M, 3, S, S) in the colours of the old ones.
            pictures: of the smaller set; crops of one picture are not independent.
        """
        powers = [_ring_powers(each) for each in (old, clean)]
        difference = powers[0].mean(0) - powers[1].mean(0)
        error = (powers[0].var(0) + powers[1].var(0)) / max(1, pictures)
        believed = difference * difference.square() / (difference.square() + error + 1e-9)
        rings = len(believed)
        coarse = torch.arange(rings) / (2 * rings) < _COARSEST
        # Half: of power, not of amplitude. Never sharper, and never sharper again further out.
        half = torch.where(coarse, torch.zeros_like(believed), believed / 2).clamp_max(0)
        self._transfer = torch.exp(torch.cummin(half, 0).values)

    def __call__(self, pictures: Tensor) -> Tensor:
        """Soften (N, 3, H, W)."""
        padded = F.pad(pictures, (_PAD_PX,) * 4, mode="reflect")
        height, width = padded.shape[2:]
        place = 2 * len(self._transfer) * _frequencies(height, width, pictures.device)
        nearest = place.clamp_max(len(self._transfer) - 1)
        transfer = self._transfer.to(pictures.device)
        low, share = nearest.floor().long(), nearest.frac()
        high = (low + 1).clamp_max(len(transfer) - 1)
        factor = transfer[low] * (1 - share) + transfer[high] * share
        soft: Tensor = torch.fft.ifft2(torch.fft.fft2(padded) * factor).real
        return soft[..., _PAD_PX:-_PAD_PX, _PAD_PX:-_PAD_PX]


class TextureNoise:
    """Noise with the spectrum by which old pictures differ from clean ones.

    A screen is a peak, so that a random phase draws its dots; grain is broad. The channels keep
    their cross spectra: grey grain stays grey, and each ink has a screen of its own.

    Source: random phase noise, Galerne, Gousseau and Morel 2011, "Random Phase Textures", IEEE
        TIP 20(1); here of a difference of two spectra.
    """

    def __init__(self, old: Tensor, clean: Tensor) -> None:
        """Measure.

        Args:
            old: crops (N, 3, S, S) in [0, 1].
            clean: crops (M, 3, S, S) in the colours and the softness of the old ones.
        """
        excess = cross_spectrum(old) - cross_spectrum(clean)
        side = old.shape[-1]
        keep = (_frequencies(side, side, old.device) >= _COARSEST)[..., None, None]
        values, vectors = torch.linalg.eigh(excess * keep)
        root = (vectors * values.clamp_min(0).sqrt().unsqueeze(-2)) @ vectors.mH
        # (3 * 3 complex, S, S), centred, for interpolation.
        self._root = torch.fft.fftshift(root, dim=(0, 1)).flatten(2).permute(2, 0, 1)

    def draw(self, count: int, side: int, generator: torch.Generator) -> Tensor:
        """Noise (count, 3, side, side) in picture units.

        Args:
            count: of pictures.
            side: in pixels; a spectrum of another size is interpolated.
            generator: on the host.
        """
        root = self._sized(side)
        white = torch.randn(count, 3, side, side, generator=generator).to(root.device)
        spectrum = torch.fft.fft2(white, norm="ortho").permute(0, 2, 3, 1).unsqueeze(-1)
        shaped = (root @ spectrum).squeeze(-1).permute(0, 3, 1, 2)
        noise: Tensor = torch.fft.ifft2(shaped, norm="ortho").real
        return noise

    def _sized(self, side: int) -> Tensor:
        root = self._root
        if side != root.shape[-1]:
            parts = torch.cat((root.real, root.imag))[None]
            parts = F.interpolate(parts, size=(side, side), mode="bilinear")[0]
            root = torch.complex(*parts.chunk(2))
        root = torch.fft.ifftshift(root, dim=(1, 2))
        matrices: Tensor = root.permute(1, 2, 0).unflatten(-1, (3, 3))
        return matrices


def _ring_powers(crops: Tensor) -> Tensor:
    """Log of the median power in each ring of the frequency plane, (N, rings)."""
    side = crops.shape[-1]
    luma = crops.mean(1, keepdim=True)
    power = _windowed(luma).squeeze(1).abs().square()
    ring = (_frequencies(side, side, crops.device) * side).round().long()
    rings = [power[:, ring == number].median(1).values for number in range(1, side // 2 + 1)]
    return torch.log(torch.stack(rings, 1) + 1e-8)


def cross_spectrum(crops: Tensor) -> Tensor:
    """Mean power of the channels and between them, (S, S, 3, 3), of crops (N, 3, S, S).

    Under a Hann window, whose power is divided out: white noise of variance v has v everywhere.
    """
    # (S, S, 3, N): one small matrix product for each frequency.
    spectrum = _windowed(crops).permute(2, 3, 1, 0).contiguous()
    return spectrum @ spectrum.mH / len(crops)


def _windowed(crops: Tensor) -> Tensor:
    """Spectra of crops (N, C, S, S) without their means."""
    window = torch.hann_window(crops.shape[-1], periodic=False, device=crops.device)
    window = window[:, None] * window
    window = window / window.square().mean().sqrt()
    centred = crops - crops.mean((2, 3), keepdim=True)
    spectrum: Tensor = torch.fft.fft2(centred * window, norm="ortho")
    return spectrum


def texture_spectrum(crops: Tensor) -> Tensor:
    """Power of each channel in cells of the frequency plane, (3, cells)."""
    power = torch.diagonal(cross_spectrum(crops), dim1=-2, dim2=-1).real.permute(2, 0, 1)
    side = crops.shape[-1]
    # Real pictures: the other half of the plane says the same.
    half = torch.fft.fftshift(power, dim=(1, 2))[:, side // 2 :]
    far = torch.fft.fftshift(_frequencies(side, side, crops.device))[side // 2 :]
    cell = max(1, side // (2 * _BANDS))
    pooled = F.avg_pool2d(half[None], cell, ceil_mode=True)[0].flatten(1)
    nearest = F.avg_pool2d(far[None, None], cell, ceil_mode=True).flatten()
    return pooled[:, nearest >= 2 * _COARSEST]


def texture_distance(first: Tensor, second: Tensor, *, shape_only: bool = False) -> float:
    """How unlike two sets of crops are in their fine structure, in dB; 0 is alike.

    The mean absolute difference of their log spectra, whatever the pictures show.

    Args:
        first: crops (N, 3, S, S) in [0, 1].
        second: crops (M, 3, S, S).
        shape_only: whether one may have more of everything than the other: what a scan has lost
            in detail no network brings back, and it would hide a screen or grain that is gone.
    """
    powers = [texture_spectrum(each.float()) + _UNSEEN for each in (first, second)]
    difference = 10 * torch.log10(powers[0] / powers[1])
    if shape_only:
        difference = difference - difference.median()
    return float(difference.abs().mean())


def _frequencies(height: int, width: int, device: torch.device) -> Tensor:
    """Cycles per pixel, (height, width), as `fft2` orders them."""
    rows = torch.fft.fftfreq(height, device=device)
    columns = torch.fft.fftfreq(width, device=device)
    distance: Tensor = (rows[:, None].square() + columns.square()).sqrt()
    return distance
