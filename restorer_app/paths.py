# SPDX-License-Identifier: Apache-2.0
"""Where the program's own files and the user's are: in a checkout, a wheel and a frozen build."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

APP_NAME = "Restorer"


def resources_folder() -> Path:
    """The folder `resources` (networks, samples, icons, translations).

    In a frozen build it lies in the bundle, in a wheel beside the package's modules, and in a
    checkout at the top. RESTORER_RESOURCES names another one.
    """
    named = os.environ.get("RESTORER_RESOURCES")
    if named:
        return Path(named)
    package = Path(__file__).resolve().parent
    bundle = getattr(sys, "_MEIPASS", None)
    candidates = [package / "resources", package.parent / "resources"]
    if bundle:
        candidates.insert(0, Path(bundle) / "resources")
    return next((each for each in candidates if each.is_dir()), candidates[-1])


def shipped_models_folder() -> Path:
    """Networks that came with the program, with their manifest.toml."""
    return resources_folder() / "models"


def user_data_folder() -> Path:
    """The user's own data, kept when the program is updated. RESTORER_DATA names another one."""
    named = os.environ.get("RESTORER_DATA")
    return Path(named) if named else Path(platformdirs.user_data_path(APP_NAME, appauthor=False))


def user_models_folder() -> Path:
    """Networks that the user trained or added."""
    return user_data_folder() / "models"


def user_styles_folder() -> Path:
    """Styles that the user made of pictures."""
    return user_data_folder() / "styles"


def log_file() -> Path:
    """Where a program without a terminal writes what it would have printed."""
    return Path(platformdirs.user_log_path(APP_NAME, appauthor=False)) / "restorer.log"
