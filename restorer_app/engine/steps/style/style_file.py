# SPDX-License-Identifier: Apache-2.0
"""A user's style as a small file: a vector for the style network, its title, the network's sum."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save

from restorer_app.engine.core.errors import (
    CheckpointError,
    CorruptCheckpointError,
    IncompatibleCheckpointError,
)
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.files.atomic import describe_os_error
from restorer_app.engine.files.regular import NotAFileError, open_regular
from restorer_app.engine.steps.style.style import Style, StyleKind, title_of
from restorer_app.paths import user_styles_folder

OWN_GROUP = "My styles"
"""The group of the user's styles."""
_VECTOR = "vector"
_TITLE, _NETWORK = "title", "network"
_MOST_BYTES = 1_000_000
"""A style is a vector of a few kilobytes."""
_MOST_TITLE = 80


def read_user_vector(path: Path) -> tuple[Float, str]:
    """The vector (V,) float32 of a user's style, and the sum of the network that it belongs to.

    Raises:
        CheckpointError: the file is missing, damaged, or holds no style.
    """
    try:
        open_regular(path, most_bytes=_MOST_BYTES).close()
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            if _NETWORK not in metadata or _VECTOR not in file.keys():  # noqa: SIM118 - no mapping
                raise IncompatibleCheckpointError(
                    f"{path} holds no style; choose a file that this program exported."
                )
            vector = np.asarray(file.get_tensor(_VECTOR), np.float32)
    except CheckpointError:
        raise
    except NotAFileError as error:
        raise CorruptCheckpointError(
            f"The style {path} cannot be read: {describe_os_error(error)}."
        ) from error
    except Exception as error:  # types that NumPy does not have fail in many ways
        raise CorruptCheckpointError(
            f"The style {path} is missing or damaged; import it again or remove it."
        ) from error
    if vector.ndim != 1 or not np.isfinite(vector).all():
        raise CorruptCheckpointError(f"The style {path} is damaged; import it again or remove it.")
    return vector, metadata[_NETWORK]


def user_style_sum(name: str, user: Path | None = None) -> str:
    """What tells a user's style from another that had its name before; "" where there is none.

    Its title has no part in it: who renames a style need not wait for its picture again.

    Args:
        name: as in plans.
        user: see `list_styles`.
    """
    path = (user_styles_folder() if user is None else user) / f"{name}.safetensors"
    try:
        vector, network = read_user_vector(path)
    except CheckpointError:
        return ""
    return hashlib.sha256(vector.tobytes() + network.encode()).hexdigest()


def style_file_bytes(vector: Float, network_sha256: str, title: str) -> bytes:
    """The content of a style's file."""
    metadata = {_TITLE: title[:_MOST_TITLE], _NETWORK: network_sha256}
    return save({_VECTOR: np.ascontiguousarray(vector, np.float32)}, metadata=metadata)


def style_of_file(path: Path) -> Style:
    """The style of a file; a damaged one is listed with its `problem`."""
    title, problem = title_of(path.stem), ""
    try:
        read_user_vector(path)
        with safe_open(path, framework="numpy") as file:
            title = (file.metadata() or {}).get(_TITLE) or title
    except CheckpointError as error:
        problem = str(error)
    return Style(
        path.stem, title, StyleKind.NETWORK, OWN_GROUP, is_user=True, path=path, problem=problem
    )
