# SPDX-License-Identifier: Apache-2.0
"""Denoising by the restoration generator: one degradation vector for the photo, then tiles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.errors import IncompatibleCheckpointError
from restorer_app.engine.core.message import Message
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float, to_float
from restorer_app.engine.core.region import Region
from restorer_app.engine.models.session import LoadedNetwork, ModelChoice, Session
from restorer_app.engine.steps.denoise.config import DenoiseConfig
from restorer_app.engine.steps.denoise.words import DenoisePhrase
from restorer_app.engine.steps.step import StepContext

OVERLAP_PX = 80
"""Context around a tile. The field of view in theory is larger; with this, tiled and untiled
differ by less than 1 of 255; with 32 by 3.4."""

_WINDOW_PX = 192
_WINDOWS_PER_SIDE = 4
_IDENTITY_BELOW = 0.2
"""Strengths below this also fade the network's change out: a vector of zeros tells the network
that nothing is wrong, but it still sees the noise, and strength 0 must be the identity."""


class NetworkDenoiseWork:
    """Runs the generator on each tile, told how degraded the whole photo is.

    The vector is estimated once from windows spread over the photo: estimated per tile, a flat
    tile and a textured one beside it would be treated differently.
    """

    overlap_px = OVERLAP_PX
    scale = 1
    uses_device = True
    mask: NDArray[np.uint8] | None = None

    def __init__(
        self, session: Session, network: LoadedNetwork, vector: Float, strength: float
    ) -> None:
        """Prepare.

        Args:
            session: whose device computes.
            network: a `RestorationUNet`, or another program's network of scale 1.
            vector: (3,) in [0, 1], what `estimate_degradation` found.
            strength: in [0, 1]; scales the vector.
        """
        self._session = session
        self._network = network
        self._vector = np.float32(strength) * vector
        self._amount = min(1.0, strength / _IDENTITY_BELOW)
        self.multiple = network.multiple
        self.notes: tuple[Message, ...] = ()

    def touches(self, region: Region) -> bool:  # the protocol
        """Everywhere, unless the strength is 0."""
        return self._amount > 0

    def process(self, tile: Float, region: Region) -> Float:  # the protocol
        """Restore one tile (h, w, 3)."""
        with self._session.computing():
            degraded = self._session.to_tensor(tile)
            if self._network.entry.is_foreign:
                restored = self._network.module(degraded)
            else:
                vector = degraded.new_tensor(self._vector)[None]
                restored = self._network.module(degraded, vector)
            result = self._session.to_tile(restored)
        return result if self._amount == 1.0 else tile + self._amount * (result - tile)


def network_denoise_work(
    pixels: Pixels, choice: ModelChoice, config: DenoiseConfig, context: StepContext
) -> NetworkDenoiseWork:
    """Load the chosen network, let it look at the photo, and return the work for the tiles.

    Raises:
        CheckpointError: the network cannot be used, or it enlarges.
    """
    session = context.session
    network = session.network(choice, config.crispness)
    if network.scale != 1:
        raise IncompatibleCheckpointError(
            f"The network {network.entry.name} enlarges {network.scale} times; it cannot denoise."
        )
    if network.entry.is_foreign:
        # Its strength is mixed by the pipeline, and it finds out for itself what is wrong.
        return NetworkDenoiseWork(session, network, np.zeros(3, np.float32), 1.0)
    context.cancel.check()
    vector = estimate_degradation(session, network, pixels)
    work = NetworkDenoiseWork(session, network, vector, config.strength)
    noise, blur, compression = (round(float(value), 3) for value in vector)
    notes = [DenoisePhrase.NETWORK_SEES(noise=noise, blur=blur, compression=compression)]
    companion = network.entry.crisp_companion
    if companion and config.crispness:
        notes.append(DenoisePhrase.MIXED(part=config.crispness, network=companion))
    work.notes = tuple(notes)
    return work


def estimate_degradation(session: Session, network: LoadedNetwork, pixels: Pixels) -> Float:
    """How degraded a photo is, by the generator's own head.

    Args:
        session: whose device computes.
        network: a `RestorationUNet`.
        pixels: (H, W, 3), at least 1 x 1.

    Returns:
        (3,) float32 in [0, 1], in the order of `DEGRADATION_NAMES`: the median over at most 16
        windows, so that one odd corner does not decide.
    """
    windows = [to_float(window) for window in _windows(pixels, network.multiple)]
    with session.computing():
        found = [
            session.fetch(network.module.estimate(session.to_tensor(window))[0])  # type: ignore[operator]
            for window in windows
        ]
    vector: Float = np.median(np.stack(found), axis=0).astype(np.float32)
    return vector


def _windows(pixels: Pixels, multiple: int) -> list[Pixels]:
    height, width = pixels.shape[:2]
    side_y, side_x = min(_WINDOW_PX, height), min(_WINDOW_PX, width)
    tops = sorted({round(t) for t in np.linspace(0, height - side_y, _WINDOWS_PER_SIDE)})
    lefts = sorted({round(t) for t in np.linspace(0, width - side_x, _WINDOWS_PER_SIDE)})
    pad_y, pad_x = -side_y % multiple, -side_x % multiple
    windows: list[Pixels] = []
    for top in tops:
        for left in lefts:
            window = pixels[top : top + side_y, left : left + side_x]
            padded: Pixels = np.pad(window, ((0, pad_y), (0, pad_x), (0, 0)), mode="reflect")  # type: ignore[assignment]
            windows.append(padded)
    return windows
