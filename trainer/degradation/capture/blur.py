# SPDX-License-Identifier: Apache-2.0
"""Blur and resampling: kernels per sample, applied to the whole batch at once.

Images are (N, C, H, W) float32. Kernels are (N, K, K) float32 with odd K and sum 1; parameters
are host tensors (N,), so that K follows the largest blur of the batch without a device read-back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

BOX, TENT, CUBIC, LANCZOS = range(4)


def _grid(radius: int) -> tuple[Tensor, Tensor]:
    axis = torch.arange(-radius, radius + 1, dtype=torch.float32)
    return axis.view(1, -1, 1), axis.view(1, 1, -1)


def _rotated(radius: int, angle: Tensor) -> tuple[Tensor, Tensor]:
    rows, columns = _grid(radius)
    cosine, sine = angle.cos().view(-1, 1, 1), angle.sin().view(-1, 1, 1)
    return columns * cosine + rows * sine, rows * cosine - columns * sine


def _normalised(kernels: Tensor) -> Tensor:
    return kernels / kernels.sum((1, 2), keepdim=True)


def gaussian_kernels(sigma_along: Tensor, sigma_across: Tensor, angle: Tensor) -> Tensor:
    """Builds anisotropic Gaussians (soft lenses).

    Args:
        sigma_along: (N,) deviation along `angle`, pixels, > 0.
        sigma_across: (N,) deviation across it, pixels, > 0.
        angle: (N,) radians.
    """
    radius = max(1, math.ceil(3 * float(torch.maximum(sigma_along, sigma_across).max())))
    along, across = _rotated(radius, angle)
    exponent = (along / sigma_along.view(-1, 1, 1)) ** 2 + (
        across / sigma_across.view(-1, 1, 1)
    ) ** 2
    return _normalised(torch.exp(-0.5 * exponent))


def defocus_kernels(disc_radius: Tensor) -> Tensor:
    """Builds antialiased discs, the blur of a lens out of focus; `disc_radius` (N,) in pixels."""
    radius = max(1, math.ceil(float(disc_radius.max()) + 0.5))
    rows, columns = _grid(radius)
    distance = (rows**2 + columns**2).sqrt()
    return _normalised((disc_radius.view(-1, 1, 1) + 0.5 - distance).clamp(0, 1))


def motion_kernels(length: Tensor, angle: Tensor, bend: Tensor) -> Tensor:
    """Builds camera-shake streaks, a bent line with a soft profile.

    Args:
        length: (N,) pixels from end to end.
        angle: (N,) radians.
        bend: (N,) height of the arc as a fraction of half the length, -0.5 to 0.5.
    """
    half = (length / 2).view(-1, 1, 1)
    radius = max(1, math.ceil(float(half.max()) + 1))
    along, across = _rotated(radius, angle)
    arc = bend.view(-1, 1, 1) * half * (1 - (along / half.clamp(min=0.5)) ** 2).clamp(min=0)
    inside = (half + 0.5 - along.abs()).clamp(0, 1)
    return _normalised(inside * torch.exp(-(((across - arc) / 0.6) ** 2)) + 1e-12)


def join_kernels(makers: Sequence[Callable[[Tensor], Tensor]], kind: Tensor) -> Tensor:
    """Builds kernels of several kinds for one batch, padded to the largest.

    Args:
        makers: Each builds the kernels of the samples whose host indices it is given.
        kind: (N,) host integers: which maker serves which sample.

    Returns:
        (N, K, K).
    """
    parts = []
    for number, make in enumerate(makers):
        chosen = torch.nonzero(kind == number).flatten()
        if len(chosen):
            parts.append((chosen, make(chosen)))
    size = max(part.shape[-1] for _, part in parts)
    joined = torch.zeros(len(kind), size, size)
    for chosen, part in parts:
        joined[chosen] = functional.pad(part, ((size - part.shape[-1]) // 2,) * 4)
    return joined


def filter_each(image: Tensor, kernels: Tensor) -> Tensor:
    """Filters sample i with kernel i; edges are mirrored (repeated where too small to mirror).

    Args:
        image: (N, C, H, W).
        kernels: (N, K, K) on the image's device.
    """
    count, channels, height, width = image.shape
    radius = kernels.shape[-1] // 2
    mode = "reflect" if radius < min(height, width) else "replicate"
    flat = functional.pad(image, (radius,) * 4, mode=mode).reshape(
        1, count * channels, height + 2 * radius, width + 2 * radius
    )
    weight = kernels.repeat_interleave(channels, dim=0).unsqueeze(1)
    return functional.conv2d(flat, weight, groups=count * channels).view_as(image)


def kernel_variance(kernels: Tensor) -> Tensor:
    """Measures the mean second moment per axis, pixels squared, (N,), of (N, K, K) kernels."""
    rows, columns = _grid(kernels.shape[-1] // 2)
    squared = (rows**2 + columns**2).to(kernels.device, non_blocking=True) / 2
    return (kernels * squared).sum((1, 2))


def noise_gain(kernels: Tensor) -> Tensor:
    """Returns by what factor (N,) each kernel multiplies the variance of white noise."""
    return kernels.square().sum((1, 2))


def _resampling_weights(distance: Tensor, method: Tensor) -> Tensor:
    """Evaluates each sample's interpolation kernel at `distance` (N, ...) source pixels."""
    reach = distance.abs()
    weights = torch.empty_like(reach)
    for kind, kernel in enumerate((_box, _tent, cubic_weights, _lanczos)):
        chosen = torch.nonzero(method == kind).flatten()
        if len(chosen):
            weights[chosen] = kernel(reach[chosen])
    return weights


def _box(reach: Tensor) -> Tensor:
    return (reach <= 0.5).to(reach.dtype)


def _tent(reach: Tensor) -> Tensor:
    return (1 - reach).clamp(min=0)


def cubic_weights(reach: Tensor) -> Tensor:
    """Evaluates the Catmull-Rom kernel at distances `reach` >= 0.

    Source: Keys, Cubic convolution interpolation for digital image processing, 1981, a = -0.5.
    """
    near = (1.5 * reach - 2.5) * reach**2 + 1
    far = ((-0.5 * reach + 2.5) * reach - 4) * reach + 2
    return torch.where(reach <= 1, near, torch.where(reach < 2, far, 0.0))


def _lanczos(reach: Tensor) -> Tensor:
    """Lanczos with two lobes."""
    return torch.sinc(reach) * torch.sinc(reach / 2) * (reach < 2)


def down_up_matrices(size: int, factor: Tensor, down: Tensor, up: Tensor) -> Tensor:
    """Builds (N, size, size) matrices that shrink one axis by `factor` and enlarge it again.

    Args:
        size: Pixels along the axis.
        factor: (N,) >= 1.
        down: (N,) integer kernel (BOX, TENT, CUBIC or LANCZOS), widened against aliasing.
        up: (N,) integer kernel (TENT or CUBIC are smooth, BOX makes visible squares).

    Returns:
        Matrices whose rows sum to 1; a constant stays what it is.
    """
    small = (size / factor).round().clamp(1, size)
    scale = (size / small).view(-1, 1, 1)
    coarse = torch.arange(int(small.max()), dtype=torch.float32)
    fine = torch.arange(size, dtype=torch.float32)
    exists = (coarse.view(1, -1) < small.view(-1, 1)).float()
    centre = (coarse.view(1, -1, 1) + 0.5) * scale - 0.5
    shrink = _resampling_weights((fine.view(1, 1, -1) - centre) / scale, down)
    shrink = shrink / shrink.sum(2, keepdim=True).clamp(min=1e-6)
    position = (fine.view(1, -1, 1) + 0.5) / scale - 0.5
    grow = _resampling_weights(coarse.view(1, 1, -1) - position, up) * exists.unsqueeze(1)
    grow = grow / grow.sum(2, keepdim=True).clamp(min=1e-6)
    return grow @ shrink


def down_up(
    image: Tensor, factor: Tensor, down: Tensor, up: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Shrinks each sample by its own factor and enlarges it to its old size.

    Args:
        image: (N, C, H, W).
        factor: (N,) host values >= 1.
        down: (N,) host kernels for shrinking, see `down_up_matrices`.
        up: (N,) host kernels for enlarging.

    Returns:
        The image; the blur it brought, as variance per axis in pixels squared (N,) on the host;
        and the factor (N,), on the host, on the variance of white noise.
    """
    rows = down_up_matrices(image.shape[2], factor, down, up)
    columns = down_up_matrices(image.shape[3], factor, down, up)
    result = rows.to(image.device, non_blocking=True).unsqueeze(1) @ image
    result = result @ columns.to(image.device, non_blocking=True).transpose(1, 2).unsqueeze(1)
    gain = rows.square().sum(2).mean(1) * columns.square().sum(2).mean(1)
    # Box then tent of width s: s^2/12 + s^2/6, less what an unresampled pixel has of its own.
    return result, (factor**2 - 1) / 4, gain
