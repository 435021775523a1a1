# SPDX-License-Identifier: Apache-2.0
"""Which way a hand would draw: directions along edges; smoothing and stripes that follow them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from restorer_app.engine.core.pixels import Float

# Squared gradient (of lightness in [0, 1]) below which a place has no direction of its own.
_CALM = 2e-4


@dataclass(frozen=True)
class Flow:
    """A direction at every pixel; its sign means nothing.

    Attributes:
        x: (h, w) float32, the horizontal part of the unit vector along the edge.
        y: (h, w), the vertical part, downwards.
        anisotropy: (h, w) in [0, 1]; 0 where nothing has a direction.
    """

    x: Float
    y: Float
    anisotropy: Float

    def turned(self, angle: float) -> Flow:
        """The flow with every direction turned by `angle` radians (across it: pi / 2)."""
        cos, sin = np.float32(math.cos(angle)), np.float32(math.sin(angle))
        return Flow(cos * self.x - sin * self.y, sin * self.x + cos * self.y, self.anisotropy)


def constant_flow(height: int, width: int, angle: float) -> Flow:
    """The same direction everywhere; `angle` in radians from the horizontal, downwards."""
    plane = np.ones((height, width), np.float32)
    return Flow(plane * np.float32(math.cos(angle)), plane * np.float32(math.sin(angle)), plane * 0)


def edge_flow(
    lightness: Float, sigma: float, calm_angle: float | Float, calm: float = _CALM
) -> Flow:
    """The direction along edges, from the smoothed structure tensor.

    Args:
        lightness: (h, w) float32 in [0, 1].
        sigma: of the smoothing in pixels; larger gives longer, calmer curves.
        calm_angle: the direction where nothing has one, radians, perhaps at each pixel (h, w); a
            hand hatches there too.
        calm: how strong gradients must be to overrule it, squared.

    Source: Kyprianidis, Kang 2009, "Image and video abstraction by coherence-enhancing
    filtering" (Sobel structure tensor, Gaussian smoothing, minor eigenvector). The calm direction
    is a constant tensor that is added before the eigenvector is taken.
    """
    # Gradients of noise have no direction, and would outweigh the calm one.
    lightness = blurred(lightness, 0.3 * sigma)
    dx = np.asarray(cv2.Sobel(lightness, cv2.CV_32F, 1, 0, scale=0.25), np.float32)
    dy = np.asarray(cv2.Sobel(lightness, cv2.CV_32F, 0, 1, scale=0.25), np.float32)
    tensor = cv2.merge([dx * dx, dy * dy, dx * dy])
    e, g, f = cv2.split(blurred(np.asarray(tensor, np.float32), sigma))
    # The gradient of the calm direction is at right angles to it.
    angle = np.asarray(calm_angle, np.float32)
    normal_x, normal_y, weight = -np.sin(angle), np.cos(angle), np.float32(calm)
    e = e + weight * normal_x**2
    g = g + weight * normal_y**2
    f = f + weight * normal_x * normal_y
    half = np.asarray(0.5 * cv2.phase(e - g, 2 * f), np.float32)  # of the gradient
    spread = np.sqrt((e - g) ** 2 + 4 * f * f)
    anisotropy = spread / np.maximum(e + g, 1e-12)
    return Flow(-np.sin(half), np.cos(half), np.asarray(anisotropy, np.float32))


def blurred(values: Float, sigma: float) -> Float:
    """A Gaussian blur of (h, w) or (h, w, C); wide ones on a reduced copy, which looks the same."""
    if sigma <= 0:
        return values
    if sigma < 5:
        return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma), np.float32)
    height, width = values.shape[:2]
    factor = min(2 ** int(math.log2(sigma / 2.0)), height, width)
    small = cv2.resize(
        values, (-(-width // factor), -(-height // factor)), interpolation=cv2.INTER_AREA
    )
    small = cv2.GaussianBlur(small, (0, 0), sigma / factor)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def grid(height: int, width: int) -> tuple[Float, Float]:
    """Each pixel's column and row, two arrays (h, w)."""
    columns = np.broadcast_to(np.arange(width, dtype=np.float32), (height, width))
    rows = np.broadcast_to(np.arange(height, dtype=np.float32)[:, None], (height, width))
    return columns, rows


def moved(values: Float, dx: Float, dy: Float) -> Float:
    """`values` (h, w) or (h, w, C), each pixel taken from (dx, dy) further on; edges reflected."""
    columns, rows = grid(*values.shape[:2])
    return np.asarray(
        cv2.remap(
            values, columns + dx, rows + dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
        ),
        np.float32,
    )


def smoothed_along(values: Float, flow: Flow, length: float) -> Float:
    """Average along the flow, over about `length` pixels: streaks out of noise, strokes of edges.

    Source: line integral convolution (Cabral, Leedom 1993). Not by walking along each line, but
    by averaging pairs of places at doubling distances, each pass on the result of the one before:
    a few passes reach as far as many steps, and follow curves as well.

    Args:
        values: (h, w) or (h, w, C) float32.
        flow: the directions.
        length: of the average, in pixels; below 2 nothing happens.
    """
    step = 0.5
    while 4 * step <= length:
        dx, dy = flow.x * np.float32(step), flow.y * np.float32(step)
        values = (moved(values, dx, dy) + moved(values, -dx, -dy)) * np.float32(0.5)
        step *= 2
    return values


def streaks(random: np.random.Generator, flow: Flow, width: float, length: float) -> Float:
    """Irregular strokes along a flow: (h, w), each value in [0, 1] about equally often.

    Comparing it with a darkness draws strokes that cover just that share of the paper.

    Args:
        random: decides the strokes.
        flow: their directions.
        width: about their width in pixels.
        length: about their length in pixels.
    """
    noise = random.standard_normal(flow.x.shape, np.float32)
    if width > 1:
        noise = blurred(noise, width / 2)
    return levelled(smoothed_along(noise, flow, length), 6 * max(1.0, width))


def stripes(random: np.random.Generator, flow: Flow, spacing: float, *, rounds: int = 3) -> Float:
    """Regular lines along a flow, as an engraver cuts them: (h, w) in [0, 1], see `streaks`.

    Noise that is smoothed along the flow and sharpened across it, again and again, orders itself
    into lines of one spacing that split and join where the flow spreads.

    Args:
        random: decides where lines begin.
        flow: their directions.
        spacing: from line to line in pixels, at least 2.5 or so.
        rounds: more give more regular lines.
    """
    fine, wide = spacing * 0.22, spacing * 0.55
    values = random.standard_normal(flow.x.shape, np.float32)
    for _ in range(rounds):
        values = smoothed_along(values, flow, 6 * spacing)
        values = blurred(values, fine) - blurred(values, wide)
        values = np.tanh(values * np.float32(1.5 / max(1e-9, float(values.std()))))
    return levelled(blurred(values, 0.6), 1.5 * spacing)


def levelled(values: Float, radius: float) -> Float:
    """Map noise to [0, 1], by its local mean and spread, so that each value is about as frequent.

    Args:
        values: (h, w), roughly normal.
        radius: of "local", in pixels.
    """
    mean = blurred(values, radius)
    spread = np.sqrt(blurred((values - mean) ** 2, radius)) + np.float32(1e-6)
    z = (values - mean) / spread
    # The logistic curve that follows the normal distribution function within 0.02.
    return np.asarray(1 / (1 + np.exp(np.float32(-1.702) * z)), np.float32)
