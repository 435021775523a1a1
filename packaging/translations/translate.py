# SPDX-License-Identifier: Apache-2.0
"""Brings the translations up to date with the texts of the window, and compiles them.

    python packaging/translations/translate.py [LANGUAGE ...]

For every language in resources/i18n (or the codes given, e.g. "fr" to begin one): new texts are
added to its .ts file, which `pyside6-linguist` edits, and the .qm file that the program loads is
compiled. Texts that are still untranslated are counted.

The texts of steps, what the engine says of a photo, and the titles and groups of styles stand in
the engine, which knows no Qt: they are taken from there and written down as Qt's tool wants to read
them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from restorer_app.engine.pipeline.words import english_texts
from restorer_app.engine.steps.style.built_in import BUILT_IN
from restorer_app.engine.steps.style.catalogue import PAINTED
from restorer_app.engine.steps.style.style_file import OWN_GROUP

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


def style_texts() -> list[str]:
    """The titles and groups that the rows of the styles hold."""
    texts = [text for style in BUILT_IN for text in (style.title, style.group)]
    return list(dict.fromkeys([*texts, PAINTED, OWN_GROUP]))


def write_engine_texts(path: Path) -> None:
    """The texts of the engine and its styles as the calls that `pyside6-lupdate` looks for."""
    # First, since after a call of `translate` the tool takes its class to be that of a plain `tr`.
    calls = [f"tr({json.dumps(text, ensure_ascii=False)})\n" for text in style_texts()]
    calls += [
        f'QCoreApplication.translate("engine", {json.dumps(text, ensure_ascii=False)})\n'
        for text in english_texts()
    ]
    path.write_text("".join(calls), encoding="utf-8")


def main() -> None:
    """Update and compile."""
    with tempfile.TemporaryDirectory() as folder:
        engine_texts = Path(folder) / "engine_texts.py"
        write_engine_texts(engine_texts)
        update_all(engine_texts)


def update_all(engine_texts: Path) -> None:
    """Update and compile every language.

    Args:
        engine_texts: what `write_engine_texts` wrote.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    codes = sys.argv[1:] or [p.stem.removeprefix("restorer_") for p in FOLDER.glob("*.ts")]
    sources = [str(p.relative_to(TOP)) for p in sorted((TOP / "restorer_app/ui").rglob("*.py"))]
    sources.append(str(engine_texts))
    for code in codes:
        path = FOLDER / f"restorer_{code}.ts"
        update = [tool("pyside6-lupdate"), *sources, "-no-obsolete", "-locations", "none", "-ts"]
        subprocess.run([*update, str(path)], cwd=TOP, check=True)
        compiled = str(path.with_suffix(".qm"))
        subprocess.run([tool("pyside6-lrelease"), str(path), "-qm", compiled], check=True)
        print(f"{code}: {len(untranslated(path))} texts are not translated")


if __name__ == "__main__":
    main()
