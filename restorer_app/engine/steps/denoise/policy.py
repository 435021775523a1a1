# SPDX-License-Identifier: Apache-2.0
"""What `auto` does about noise and compression: whether it runs, and with what. All in one place.

The numbers below are to be looked at again whenever other weights ship.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from restorer_app.engine.analysis.compression_estimate import CompressionEstimate
from restorer_app.engine.analysis.noise_estimate import NoiseEstimate
from restorer_app.engine.core.message import Message, Value
from restorer_app.engine.steps.denoise.words import DenoisePhrase

LUMA_255 = 3.2
"""Noise from which `auto` denoises. The film grain of 24 clean Kodak photographs measures 1.0 to
2.6 of 255 and belongs to them; below 3 noise is hardly seen at 100 %."""
CHROMA_255 = 4.0
"""The same for colour noise; those photographs measure 0 to 1.3."""
STRONG_255 = 2 * LUMA_255
"""Noise that is called strong."""
LEAST_GRAIN_ODDS = -0.3
"""Log odds of noise against texture from which it is believed to be noise; see `grain_evidence`.
Chosen on 48 clean photographs of many kinds at full, three-quarter and half size: none of 144 is
taken for noisy; without it, 32 are."""
JPEG_QUALITY = 60
"""Compression below this quality is repaired: the network gains 0.6 dB there, and scans are
stored at 75 or more. Only a network repairs it; the classical filter is made for noise."""
PRINT_LUMA_255, PRINT_JPEG_QUALITY = 1.5, 85
"""The same two limits where other signs, such as scratches, say that this is an old print: its
grain is no texture, however it looks, and nobody means it. On the 12 of 24 aged photographs that
the other limits leave alone, what is gained is -0.02 to 0.6 dB and 0 to 0.1 of SSIM."""
SURE_GRAIN_ODDS, MOST_COLOUR, COARSE_GRAIN = 1.0, 0.35, 0.8
"""The classical filter, which measures the spectrum of the noise, is better than the network for
grey grain that is hardly coarser than a pixel, where flat parts show it for certain: grain of
0.4 px 31.6 dB to 31.1. Everywhere else the network is, on detailed photographs by up to 6 dB
(chosen on 18 photographs of many kinds, means in dB: white noise of 15, 25, 50 of 255 32.9, 30.5,
27.3 to 31.5, 28.9, 24.8; grain of 0.7, 1 and 2 px 30.4, 30.5, 29.5 to 29.9, 29.7, 29.0).
`MOST_COLOUR` is the noise of colour over that of brightness up to which grain is grey."""


@dataclass(frozen=True)
class Verdict:
    """What `auto` does.

    Attributes:
        run: whether the step runs.
        takes_classical: the classical filter does this photo better than the default network.
        reason: both, to be worded.
        left_alone: something was found that the step cannot repair.
    """

    run: bool
    takes_classical: bool
    reason: Message
    left_alone: bool = False


def is_faint(noise: NoiseEstimate, *, shows_age: bool) -> bool:
    """Whether there is noise that is not seen yet, and may be once contrast is raised."""
    is_seen = noise.luma_255 > LUMA_255 or noise.chroma_255 > CHROMA_255
    return not is_seen and (shows_age or noise.grain_odds >= LEAST_GRAIN_ODDS)


def judge(
    noise: NoiseEstimate,
    compression: CompressionEstimate,
    later_gain: float = 1.0,
    *,
    has_network: bool,
    is_free: bool,
    shows_age: bool = False,
) -> Verdict:
    """Weigh what was measured.

    Args:
        noise: of the photo.
        compression: of the photo.
        later_gain: how many times the steps that follow raise contrast: noise counts as it will
            be seen.
        has_network: the step would compute with a network.
        is_free: the user left the choice between network and classical filter to `auto`.
        shows_age: other signs say that this is an old print.
    """
    is_compressed = compression.quality < (PRINT_JPEG_QUALITY if shows_age else JPEG_QUALITY)
    repairs_compression = is_compressed and has_network
    # Blocks look coarse to the noise estimate; where it is both, the network knows both.
    takes_classical = _is_sure_grey_grain(noise) and not is_compressed
    limit = PRINT_LUMA_255 if shows_age else LUMA_255
    luma, chroma = later_gain * noise.luma_255, later_gain * noise.chroma_255
    found = luma > limit or chroma > CHROMA_255
    is_texture = found and not shows_age and noise.grain_odds < LEAST_GRAIN_ODDS
    if is_texture:
        found = False
    if is_texture and not is_compressed:
        level = noise.luma_255 if noise.luma_255 > LUMA_255 else noise.chroma_255
        return Verdict(False, takes_classical, DenoisePhrase.TEXTURE(noise=level))
    if not found and not is_compressed:
        reason = DenoisePhrase.LITTLE(noise=noise.luma_255, limit=limit)
        return Verdict(False, takes_classical, reason)
    if not found and not has_network:
        reason = DenoisePhrase.NEEDS_NETWORK(quality=compression.quality)
        return Verdict(False, takes_classical, reason, left_alone=True)
    method: Value = ""
    if is_free and has_network:
        method = _method(found, is_compressed, takes_classical)
    if not found:
        reason = DenoisePhrase.COMPRESSED(quality=compression.quality, method=method)
        return Verdict(True, takes_classical, reason)
    more = {
        "seen": DenoisePhrase.SEEN_LATER() if later_gain > 1 else "",
        "jpeg": DenoisePhrase.AS_JPEG(quality=compression.quality) if repairs_compression else "",
        "method": method,
    }
    is_strong = repairs_compression and compression.quality < JPEG_QUALITY
    return Verdict(True, takes_classical, _noise_found(luma, chroma, limit, is_strong, more))


def _noise_found(
    luma: float, chroma: float, limit: float, compressed: bool, more: Mapping[str, Value]
) -> Message:
    """The noise that is removed, and the compression, where there is as much to repair of it."""
    is_luma = luma > limit
    numbers: dict[str, Value] = {"noise": luma, "limit": limit, **more}
    if not is_luma:
        numbers |= {"noise": chroma, "limit": CHROMA_255}
    if compressed:
        both = DenoisePhrase.NOISE_COMPRESSED if is_luma else DenoisePhrase.COLOR_COMPRESSED
        return both(**numbers)
    if not is_luma:
        return DenoisePhrase.COLOR_NOISE(**numbers)
    is_strong = luma > STRONG_255
    if chroma > CHROMA_255:
        return (DenoisePhrase.STRONG_NOISE if is_strong else DenoisePhrase.NOISE)(**numbers)
    return (DenoisePhrase.STRONG_GRAIN if is_strong else DenoisePhrase.GRAIN)(**numbers)


def _is_sure_grey_grain(noise: NoiseEstimate) -> bool:
    is_grey = noise.chroma_255 < MOST_COLOUR * noise.luma_255
    return noise.grain_odds > SURE_GRAIN_ODDS and is_grey and noise.coarseness < COARSE_GRAIN


def _method(is_noisy: bool, is_compressed: bool, takes_classical: bool) -> Message:
    if takes_classical:
        return DenoisePhrase.FOR_CLASSICAL()
    if is_compressed:
        both, one = DenoisePhrase.NETWORK_REPAIRS_BOTH, DenoisePhrase.NETWORK_REPAIRS
        return both() if is_noisy else one()
    return DenoisePhrase.FOR_NETWORK()
