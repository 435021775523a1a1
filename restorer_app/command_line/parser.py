# SPDX-License-Identifier: Apache-2.0
"""The words of the command line. Light to import: the window's start comes through here too."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

from restorer_app.engine.pipeline.plan import PRESETS
from restorer_app.engine.steps.catalogue import STEP_ORDER
from restorer_app.engine.steps.style.config import Brush

WAITING = {
    "colorize": "colourising",
    "faces": "restoring faces",
    "upscale": "enlarging",
}
"""Words of the contract whose networks do not exist yet."""

EXIT_STATUSES = (
    "Exit status: 0 done; 1 a photo failed, the others went on; 2 wrong usage; 130 interrupted."
)

_GENERAL = ("--help", "--version")
_DEVICES = ("auto", "cpu", "cuda", "mps")


class UsageProblem(Exception):  # noqa: N818 - argparse calls it an error, a person does not
    """The command cannot be understood; the message is one line and says what to write."""


class CommandParser(argparse.ArgumentParser):
    """argparse that answers in one line and knows the nearest spelling."""

    def __init__(self, command: str, description: str) -> None:
        super().__init__(
            prog=f"restorer {command}",
            description=description,
            epilog=EXIT_STATUSES,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing a usage text of ten lines."""
        raise UsageProblem(f"{self.prog}: {message}; see {self.prog} --help.")

    def parse(self, arguments: list[str]) -> argparse.Namespace:
        """Parse, with a suggestion where an option is misspelt.

        Raises:
            UsageProblem: what is wrong.
        """
        # Before argparse: it would first complain that something required is missing.
        for word in arguments:
            if word == "--":
                break
            option = word.partition("=")[0]
            if option.startswith("--") and option not in self._option_string_actions:
                self._unknown(option)
        parsed, rest = self.parse_known_args(arguments)
        if rest:
            self._unknown(rest[0])
        return parsed

    def _unknown(self, word: str) -> NoReturn:
        close = nearest(word, self._option_string_actions)
        advice = f"did you mean {close}?" if close else f"see {self.prog} --help."
        raise UsageProblem(f"{self.prog}: there is no option {word}; {advice}")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` is most likely meant to be, or None."""
    close = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return close[0] if close else None


def waiting_sentence(word: str) -> str:
    """What to say about a word of `WAITING`."""
    return f"This version does not have {word} ({WAITING[word]}) yet."


def is_for_window(arguments: list[str]) -> bool:
    """Whether these arguments open the window: none, a photo, or options of Qt.

    A first word that is no file but nearly a command is a misspelt command.
    """
    if not arguments:
        return True
    first = arguments[0]
    if first in PARSERS or first in WAITING or first.startswith("--") or first == "-h":
        return False  # Qt's own options, which the window takes, have one dash
    if first.startswith("-") or Path(first).exists():
        return True
    return bool(Path(first).suffix) or Path(first).name != first


def unknown_command(word: str) -> UsageProblem:
    """The complaint about a first word that is neither a command nor a file."""
    close = nearest(word, [*PARSERS, *WAITING, *_GENERAL])
    if word.startswith("-"):
        advice = f"did you mean {close}?" if close else "see restorer --help."
        return UsageProblem(f"restorer: there is no option {word}; {advice}")
    advice = f"did you mean {close}?" if close else f"there are: {', '.join(PARSERS)}."
    return UsageProblem(f"restorer: there is no command and no file called {word}; {advice}")


def help_text() -> str:
    """All commands, one line each."""
    lines = [
        "restorer [PHOTO]            the window",
        "restorer COMMAND --help     more about it",
        "restorer --version",
        "",
    ]
    lines += [f"  {name:<10} {make().description}" for name, make in PARSERS.items()]
    lines += ["", f"Not in this version yet: {', '.join(WAITING)}.", EXIT_STATUSES]
    return "\n".join(lines)


def _restore() -> CommandParser:
    parser = CommandParser("restore", "run a whole plan over photos or folders of photos")
    _add_files(parser)
    parser.add_argument(
        "--steps",
        metavar="auto|STEP,...",
        help=f"exactly these of {', '.join(STEP_ORDER)}; auto (the default) runs what is needed",
    )
    parser.add_argument(
        "--preset",
        default="auto",
        metavar="NAME",
        help=f"settings to start from: {', '.join(PRESETS)} (default auto)",
    )
    parser.add_argument(
        "--strength",
        action="append",
        default=[],
        metavar="STEP=0..1",
        help="how much of a step's effect is kept (default 1); may be given once per step",
    )
    parser.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="STEP=NAME",
        help="a network of `restorer models`, or classical; may be given once per step, and as "
        "filling=NAME for what fills the damage that another network finds",
    )
    _add_crispness(parser, None)
    parser.add_argument(
        "--style",
        metavar="NAME|IMAGE",
        help="put a look on the restored photo, see `restorer styles`; without it none is",
    )
    parser.add_argument(
        "--mask",
        type=_path,
        metavar="M.png",
        help="repair what is white here instead of looking for damage; with several photos "
        "perhaps a folder of masks with the photos' names",
    )
    parser.add_argument(
        "--save-mask",
        type=_path,
        metavar="M.png",
        help="write what was repaired, white; with several photos a folder",
    )
    parser.add_argument(
        "--scale",
        type=int,
        choices=(1, 2, 4),
        default=1,
        help="enlarge; this version has only 1, the photo's own size",
    )
    return parser


def _detect() -> CommandParser:
    parser = CommandParser("detect", "write a mask of the damage: white = damaged")
    _add_files(parser, output="MASK.png")
    parser.add_argument(
        "--sensitivity",
        type=float,
        default=0.5,
        metavar="0..1",
        help="higher marks more (default 0.5)",
    )
    _add_model(parser)
    return parser


def _inpaint() -> CommandParser:
    parser = CommandParser("inpaint", "fill what a mask marks white")
    _add_files(parser)
    parser.add_argument(
        "--mask", type=_path, required=True, metavar="M.png", help="white = repair; or a folder"
    )
    _add_single_step(parser)
    return parser


def _denoise() -> CommandParser:
    parser = CommandParser("denoise", "take away grain, noise and compression artefacts")
    _add_files(parser)
    _add_single_step(parser)
    _add_crispness(parser, 0.0)
    return parser


def _tone() -> CommandParser:
    parser = CommandParser("tone", "undo fading, colour casts and lost contrast")
    _add_files(parser)
    _add_single_step(parser)
    return parser


def _fine_tune() -> CommandParser:
    parser = CommandParser("fine-tune", "make a network better with your own before/after pairs")
    parser.add_argument(
        "pairs",
        nargs="?",
        type=_path,
        metavar="PAIRS_DIR",
        help="a folder with the folders before and after (or old and new, ...), or with files "
        "like a.jpg and a_restored.jpg; with --unpaired, a folder of old scans",
    )
    parser.add_argument(
        "--unpaired",
        action="store_true",
        help="experimental: there are old scans only; their ageing is learnt from them, and its "
        "repair from clean pictures aged alike. Look at the result before you rely on it",
    )
    parser.add_argument(
        "--clean",
        type=_path,
        metavar="CLEAN_DIR",
        help="with --unpaired, a folder of clean photos of other things; their colours are learnt, "
        "too. Without it the program's own pictures must do, and colours stay as they are",
    )
    parser.add_argument("--name", metavar="NAME", help="what to call the new network")
    parser.add_argument(
        "--base", default="auto", metavar="MODEL", help="network to start from (default: the best)"
    )
    parser.add_argument(
        "--step",
        default="denoise",
        metavar="STEP",
        help="whose network: denoise, damage (finding) or inpaint (filling); default denoise",
    )
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument(
        "--minutes", type=_positive, metavar="N", help="training time in all (default 5)"
    )
    budget.add_argument("--steps", type=_whole, metavar="N", help="training steps in all")
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="processor threads")
    parser.add_argument(
        "--devices",
        type=_whole,
        default=1,
        metavar="N",
        help="graphics cards (or processor processes) of this computer, with one process and one "
        "share of each batch on each; for several computers start it with torchrun instead",
    )
    parser.add_argument("--resume", action="store_true", help="go on where it stopped")
    parser.add_argument(
        "--estimate",
        action="store_true",
        help="only say how long it would take on this computer, from a few trial steps",
    )
    parser.add_argument(
        "--job", type=_path, metavar="JOB.json", help="a job's file, in place of all the above"
    )
    parser.add_argument(
        "--events",
        action="store_true",
        help="print JSON lines and obey pause, resume, stop and cancel on stdin",
    )
    _add_debug(parser)
    return parser


def _style() -> CommandParser:
    parser = CommandParser("style", "put a look on photos: a print, a drawing, a painting")
    _add_files(parser)
    parser.add_argument(
        "--style",
        required=True,
        metavar="NAME|IMAGE",
        help="one of `restorer styles`, or a picture to learn a new style from, which takes "
        "minutes and is kept",
    )
    _add_single_step(parser)
    parser.add_argument(
        "--mix",
        metavar="NAME[=0..1]",
        help="a second style, and how much of it (default 0.5)",
    )
    parser.add_argument(
        "--keep-colors",
        action="store_true",
        help="take only lightness from the style, and the colours from the photo",
    )
    parser.add_argument(
        "--brush",
        choices=[str(each) for each in Brush],
        default=str(Brush.MEDIUM),
        help="how fine strokes are, relative to the picture (default medium)",
    )
    parser.add_argument(
        "--mask", type=_path, metavar="M.png", help="where the style goes: white; or a folder"
    )
    return parser


def _styles() -> CommandParser:
    parser = CommandParser("styles", "list the styles; export, import and remove your own")
    parser.add_argument("action", nargs="?", default="list", metavar="list|export|import|remove")
    parser.add_argument(
        "subject", nargs="?", metavar="NAME|FILE", help="the style; for import, its file"
    )
    parser.add_argument(
        "-o", "--output", type=_path, metavar="FILE", help="where export writes; NAME.safetensors"
    )
    _add_debug(parser)
    return parser


def _models() -> CommandParser:
    parser = CommandParser("models", "list, describe, add and remove networks")
    parser.add_argument("action", nargs="?", default="list", metavar="list|info|add|remove")
    parser.add_argument(
        "subject", nargs="?", metavar="NAME|FILE", help="the network; for add, its file"
    )
    parser.add_argument("--name", help="what to call an added network")
    _add_debug(parser)
    return parser


def _bench() -> CommandParser:
    parser = CommandParser("bench", "measure each step on this computer")
    parser.add_argument("--size", type=float, default=2.0, metavar="MP", help="megapixels")
    _add_device(parser)
    _add_debug(parser)
    return parser


def _add_files(parser: CommandParser, output: str = "OUT") -> None:
    parser.add_argument("inputs", nargs="+", type=_path, metavar="IN", help="files or folders")
    parser.add_argument(
        "-o",
        "--output",
        type=_path,
        required=True,
        metavar=output,
        help="a file, or a folder, which is made; the kind of file follows its ending",
    )
    parser.add_argument("--recursive", action="store_true", help="folders inside folders too")
    parser.add_argument("--resume", action="store_true", help="skip what an earlier run finished")
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")
    parser.add_argument(
        "--report",
        type=_path,
        metavar="R.json",
        help="write what each step did and why, with times, networks and peak memory",
    )
    parser.add_argument(
        "--limit-megapixels",
        type=float,
        default=400.0,
        metavar="N",
        help="refuse larger photos (default 400)",
    )
    _add_device(parser)
    _add_debug(parser)


def _add_single_step(parser: CommandParser) -> None:
    parser.add_argument(
        "--strength",
        type=float,
        default=1.0,
        metavar="0..1",
        help="how much of the effect is kept (default 1)",
    )
    _add_model(parser)


def _add_model(parser: CommandParser) -> None:
    parser.add_argument(
        "--model",
        default="auto",
        metavar="NAME",
        help="a network of `restorer models`, classical, or auto (the default)",
    )


def _add_crispness(parser: CommandParser, default: float | None) -> None:
    parser.add_argument(
        "--crispness",
        type=float,
        default=default,
        metavar="0..1",
        help="of denoise: 0 natural and faithful (the default), 1 crisp with invented detail; "
        "needs a network with a crisp companion, and the report says where there is none",
    )


def _add_device(parser: CommandParser) -> None:
    parser.add_argument(
        "--device",
        choices=_DEVICES,
        default="auto",
        help="where networks run; auto (the default) takes the graphics card if there is one",
    )


def _add_debug(parser: CommandParser) -> None:
    parser.add_argument("--debug", action="store_true", help="tracebacks of errors")


def _path(text: str) -> Path:
    """A path; an empty word, as from an unset variable in a script, would mean this folder."""
    if not text:
        raise argparse.ArgumentTypeError("the path is empty")
    return Path(text)


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def _whole(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


PARSERS: dict[str, Callable[[], CommandParser]] = {
    "restore": _restore,
    "detect": _detect,
    "inpaint": _inpaint,
    "denoise": _denoise,
    "tone": _tone,
    "style": _style,
    "styles": _styles,
    "fine-tune": _fine_tune,
    "models": _models,
    "bench": _bench,
}
"""The commands that this version has."""
