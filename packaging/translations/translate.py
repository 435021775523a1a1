# SPDX-License-Identifier: Apache-2.0
"""Brings the translations up to date with the texts of the window, and compiles them.

    python packaging/translations/translate.py [LANGUAGE ...]

For every language in resources/i18n (or the codes given, e.g. "fr" to begin one): new texts are
added to its .ts file, which `pyside6-linguist` edits, and the .qm file that the program loads is
compiled. Texts that are still untranslated are counted.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

TOP = Path(__file__).resolve().parents[2]
FOLDER = TOP / "resources" / "i18n"


def tool(name: str) -> str:
    """The path of a Qt tool of this Python environment.

    Raises:
        SystemExit: it is not installed.
    """
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is not there; install PySide6-Essentials")
    return found


def untranslated(path: Path) -> list[str]:
    """Texts of a .ts file that have no translation yet."""
    messages = ElementTree.parse(path).iter("message")  # noqa: S314 - our own file
    missing = []
    for message in messages:
        translation = message.find("translation")
        if translation is None or not translation.text:
            missing.append(message.findtext("source") or "")
    return missing


def main() -> None:
    """Update and compile."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    codes = sys.argv[1:] or [p.stem.removeprefix("restorer_") for p in FOLDER.glob("*.ts")]
    sources = [str(p.relative_to(TOP)) for p in sorted((TOP / "restorer_app/ui").rglob("*.py"))]
    for code in codes:
        path = FOLDER / f"restorer_{code}.ts"
        update = [tool("pyside6-lupdate"), *sources, "-no-obsolete", "-locations", "none", "-ts"]
        subprocess.run([*update, str(path)], cwd=TOP, check=True)
        compiled = str(path.with_suffix(".qm"))
        subprocess.run([tool("pyside6-lrelease"), str(path), "-qm", compiled], check=True)
        print(f"{code}: {len(untranslated(path))} texts are not translated")


if __name__ == "__main__":
    main()
