# SPDX-License-Identifier: Apache-2.0
"""One plain sentence where Linux lacks a library that the window stands on.

The wheels of Qt bring Qt itself and leave the system's libraries to the system. Without one of
them an import fails with a traceback, or Qt aborts the whole process: "could not load the Qt
platform plugin". Nothing here imports Qt, because it may be Qt that cannot be imported.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_QT = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
}
"""What importing Qt needs, and the package of Debian and Ubuntu that holds it."""

_XCB = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libX11-xcb.so.1": "libx11-xcb1",
}
"""What the platform plugin xcb needs besides, which draws the window under X11."""

PACKAGES: Mapping[str, str] = _QT | _XCB

_NAMED = 3
"""A bare system lacks eighteen; their packages follow in any case."""

_NOT_FOUND = re.compile(r"^(\S+\.so[.\d]*): cannot open shared object file")

Load = Callable[[str], object]
"""Loads a library by its name or path; raises OSError where that fails."""


def import_problem(error: ImportError, load: Load = ctypes.CDLL) -> str | None:
    """What to say where importing Qt failed.

    Args:
        error: what the import raised.
        load: how a library is loaded.

    Returns:
        one sentence, or None where the error is not about a library of the system.
    """
    return _sentence(str(error), load) if _NOT_FOUND.match(str(error)) else None


def platform_problem(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    plugins: Path,
    load: Load = ctypes.CDLL,
) -> str | None:
    """What to say where Qt would abort, because no platform plugin loads or there is no screen.

    Loads the plugin that Qt loads next anyway, so that a start with nothing missing costs nothing.

    Args:
        arguments: the command line of the program; Qt takes some of it.
        environment: the variables of the process.
        plugins: Qt's folder of platform plugins.
        load: how a library is loaded.

    Returns:
        one sentence, or None where Qt can start or says more itself.
    """
    if any(each.startswith(("-platform", "-display")) for each in arguments):
        return None
    is_wayland = (
        "WAYLAND_DISPLAY" in environment or environment.get("XDG_SESSION_TYPE") == "wayland"
    )
    asked_for = environment.get("QT_QPA_PLATFORM", "")
    if not asked_for and not is_wayland and not environment.get("DISPLAY"):
        return (
            "The window needs a screen, and neither DISPLAY nor WAYLAND_DISPLAY names one; "
            "restorer --help lists the commands that need none."
        )
    usual = "wayland;xcb" if is_wayland else "xcb"
    reasons = []
    for name in (asked_for or usual).split(";"):
        plugin = plugins / f"libq{name.partition(':')[0].partition('-')[0]}.so"
        if not plugin.exists():
            return None
        try:
            load(str(plugin))
        except OSError as error:
            reasons.append(str(error))
        else:
            return None
    return _sentence(reasons[-1], load)


def _sentence(reason: str, load: Load) -> str:
    """Name the libraries that are missing, and the packages of all of them, not of the first.

    Args:
        reason: the loader's words about the one that it met first.
        load: how a library is loaded.
    """
    found = _NOT_FOUND.match(reason)
    if found is None:
        return f"The window cannot start, because a library of the system does not fit: {reason}."
    missing = [name for name in PACKAGES if not _loads(name, load)]
    if found[1] not in missing:
        missing.append(found[1])
    names = ", ".join(missing[:_NAMED])
    if len(missing) > _NAMED:
        names += f" and {len(missing) - _NAMED} more"
    sentence = f"The window needs libraries that this system lacks: {names}"
    packages = [PACKAGES[name] for name in missing if name in PACKAGES]
    if not packages:
        return f"{sentence}."
    return f"{sentence}; on Debian or Ubuntu: sudo apt-get install {' '.join(packages)}"


def _loads(name: str, load: Load) -> bool:
    try:
        load(name)
    except OSError:
        return False
    return True
