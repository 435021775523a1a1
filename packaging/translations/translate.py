# SPDX-License-Identifier: Apache-2.0
"""Brings the translations up to date with the texts of the window, and compiles them.

    python packaging/translations/translate.py [LANGUAGE ...]

For every language in resources/i18n (or the codes given, e.g. "fr" to begin one): new texts are
added to its .ts file, which `pyside6-linguist` edits, and the .qm file that the program loads is
compiled. Texts that are still untranslated are counted.

The steps' own texts stand in the engine, which knows no Qt: they are taken from the catalogue of
steps and written down as Qt's tool wants to read them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from restorer_app.engine.steps.catalogue import source_texts

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


def write_step_texts(path: Path) -> None:
    """The texts of all steps as the calls of `translate` that `pyside6-lupdate` looks for."""
    calls = [
        f'QCoreApplication.translate("steps", {json.dumps(text, ensure_ascii=False)})\n'
        for text in source_texts()
    ]
    path.write_text("".join(calls), encoding="utf-8")


def main() -> None:
    """Update and compile."""
    with tempfile.TemporaryDirectory() as folder:
        step_texts = Path(folder) / "step_texts.py"
        write_step_texts(step_texts)
        update_all(step_texts)


def update_all(step_texts: Path) -> None:
    """Update and compile every language.

    Args:
        step_texts: what `write_step_texts` wrote.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    codes = sys.argv[1:] or [p.stem.removeprefix("restorer_") for p in FOLDER.glob("*.ts")]
    sources = [str(p.relative_to(TOP)) for p in sorted((TOP / "restorer_app/ui").rglob("*.py"))]
    sources.append(str(step_texts))
    for code in codes:
        path = FOLDER / f"restorer_{code}.ts"
        update = [tool("pyside6-lupdate"), *sources, "-no-obsolete", "-locations", "none", "-ts"]
        subprocess.run([*update, str(path)], cwd=TOP, check=True)
        compiled = str(path.with_suffix(".qm"))
        subprocess.run([tool("pyside6-lrelease"), str(path), "-qm", compiled], check=True)
        print(f"{code}: {len(untranslated(path))} texts are not translated")


if __name__ == "__main__":
    main()
