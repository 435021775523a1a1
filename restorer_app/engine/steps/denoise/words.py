# SPDX-License-Identifier: Apache-2.0
"""What the denoise step says."""

from __future__ import annotations

from restorer_app.engine.core.message import Phrase

_NOISE = "The noise is {noise:.1f} of 255{seen}, above {limit:.1f}. {jpeg} {method}"
_COLOR = "The colour noise is {noise:.1f} of 255{seen}, above {limit:.1f}. {jpeg} {method}"
_JPEG = "It was compressed as JPEG of quality about {quality:.0f}."


class DenoisePhrase(Phrase, room="denoise"):
    """What was measured, what was done, and what it was done with."""

    LITTLE = (
        "Hardly any noise; left as it is",
        "The noise is {noise:.1f} of 255, not above {limit:.1f}.",
    )
    TEXTURE = (
        "Fine texture, no noise; left as it is",
        "What could be noise of {noise:.1f} of 255 is texture of what is shown.",
    )
    NEEDS_NETWORK = (
        "JPEG compression found, which only a network repairs; left alone",
        _JPEG,
    )
    GRAIN = ("Grain, removed", _NOISE)
    STRONG_GRAIN = ("Strong grain, removed", _NOISE)
    NOISE = ("Noise, removed", _NOISE)
    STRONG_NOISE = ("Strong noise, removed", _NOISE)
    COLOR_NOISE = ("Colour noise, removed", _COLOR)
    COMPRESSED = ("JPEG compression, repaired", _JPEG + " {method}")
    NOISE_COMPRESSED = ("Noise and strong JPEG compression, repaired", _NOISE)
    COLOR_COMPRESSED = ("Colour noise and strong JPEG compression, repaired", _COLOR)

    SEEN_LATER = ", as it will be seen once contrast is raised"
    AS_JPEG = _JPEG
    FOR_CLASSICAL = "Its grain is grey and fine, which is for the classical filter."
    FOR_NETWORK = "That is for the network."
    NETWORK_REPAIRS = "The network repairs that."
    NETWORK_REPAIRS_BOTH = "The network repairs both."

    NETWORK_SEES = (
        "The network sees noise {noise:.2f}, blur {blur:.2f}, compression {compression:.2f} of 1."
    )
    MIXED = "Its weights are {part:share} of the way to those of {network}."
    CRISPNESS_OF_CLASSICAL = "ignored the crispness: the classical filter has none"
    CRISPNESS_ALONE = "ignored the crispness: no crisp network goes with {network}"
