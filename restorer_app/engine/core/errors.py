# SPDX-License-Identifier: Apache-2.0
"""Everything the engine raises on purpose.

Each message is one sentence that a person without a terminal understands: what is wrong, with
which file, and what to do. `Cancelled` lives in `progress` and is not an error.
"""

from __future__ import annotations


class RestorerError(Exception):
    """Base of all errors whose message may be shown to a person as it is."""


class ImageReadError(RestorerError):
    """A picture could not be read: missing, truncated, not a picture, too large."""


class ImageWriteError(RestorerError):
    """A picture could not be written: disk full, folder not writable, file exists."""


class InvalidMaskError(RestorerError):
    """A mask does not fit the photo or marks nothing that can be repaired."""


class InvalidPlanError(RestorerError):
    """A restore plan names a step, a model or a value that does not exist."""


class DeviceMemoryError(RestorerError):
    """The smallest tile did not fit into the memory of the device."""


class NotFiniteError(RestorerError):
    """A network or a device computed values that are no numbers, or infinite."""


class DeviceUnavailableError(RestorerError):
    """The device asked for is not in this computer."""


class CheckpointError(RestorerError):
    """A network's weights cannot be used."""


class CorruptCheckpointError(CheckpointError):
    """The file is missing, truncated, or its checksum differs."""


class IncompatibleCheckpointError(CheckpointError):
    """The weights do not fit the architecture that their header names."""


class UnknownArchitectureError(CheckpointError):
    """The header names an architecture that this version does not have."""


class TrainingDataError(RestorerError):
    """The training pictures or pairs cannot be used."""


class TrainingDivergedError(RestorerError):
    """Training produced NaN or infinite values; the last good checkpoint is kept."""
