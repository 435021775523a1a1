# SPDX-License-Identifier: Apache-2.0
"""What the program reads: sound examples of each kind, bombs, and how it is read."""

from __future__ import annotations

import dataclasses
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import bombs
import image_samples as samples
import numpy as np

LIMIT_MEGAPIXELS = 100.0
_WRITTEN = (".jpg", ".png", ".tif", ".webp")
_MOST_WRITTEN_PX = 1e6


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        name: in the table.
        examples: makes sound files, by name.
        read: reads a file, as the program does; a `RestorerError` is a refusal.
        bombs: makes files that are tried once, as they are.
        is_text: JSON or TOML.
    """

    name: str
    examples: Callable[[], Mapping[str, bytes]]
    read: Callable[[Path], object]
    bombs: Callable[[], Mapping[str, bytes]] = dict
    is_text: bool = False


def _pictures(*suffixes: str) -> Callable[[], Mapping[str, bytes]]:
    def make() -> Mapping[str, bytes]:
        found = {k: v for k, v in samples.every_format().items() if k.endswith(suffixes)}
        if ".tif" in suffixes:
            found["pages.tif"] = samples.tiff_file(
                np.stack([samples.pixels()] * 3), photometric="rgb", bigtiff=True
            )
        return found

    return make


def _read_picture(path: Path) -> None:
    """Read it and write it in all formats, as a restore does that changes nothing."""
    from restorer_app.engine.files.read import read_photo
    from restorer_app.engine.files.write import write_photo

    photo = read_photo(path, limit_megapixels=LIMIT_MEGAPIXELS)
    if photo.width * photo.height > _MOST_WRITTEN_PX:
        return
    for suffix in _WRITTEN:
        write_photo(photo, path.with_name(f"written{suffix}"), overwrite=True)


def _masks() -> Mapping[str, bytes]:
    import imagecodecs

    grey = np.zeros((37, 53), np.uint8)
    grey[5:9] = 255
    return {"mask.png": imagecodecs.png_encode(grey), "mask.tif": samples.tiff_file(grey)}


def _read_mask(path: Path) -> None:
    from restorer_app.engine.files.mask_files import read_coverage

    read_coverage(path, (37, 53))


def _packed_masks() -> Mapping[str, bytes]:
    from restorer_app.engine.painting.layers import MaskLayers
    from restorer_app.engine.painting.storage import pack_layers

    painted = np.zeros((37, 53), np.int8)
    painted[3:9] = 127
    return {"kept.mask": pack_layers(MaskLayers(painted, np.zeros((37, 53), np.uint8)))}


def _unpack_mask(path: Path) -> None:
    from restorer_app.engine.painting.storage import unpack_layers

    unpack_layers(path.read_bytes(), (37, 53))


def _projects() -> Mapping[str, bytes]:
    from restorer_app.engine.pipeline.plan import preset

    project = {
        "version": 1, "source": __file__, "plan": preset("auto").to_json(), "is_restored": True,
        "models": {"tone": "tone"},
    }  # fmt: skip
    return {"project-a.json": json.dumps(project, indent=1).encode()}


def _recover(path: Path) -> None:
    from restorer_app.ui.document.crashed import find_crashed_projects

    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(path, Path(folder) / "project-a.json")
        find_crashed_projects(Path(folder))


def _journals() -> Mapping[str, bytes]:
    lines = [
        {"state": "started", "target": "a.png", "key": "0" * 64},
        {"state": "finished", "target": "a.png", "key": "0" * 64, "size": 1234},
        {"state": "finished", "target": "b.png", "key": "1" * 64, "sizes": {"b.png": 5}},
        {"state": "started", "target": "b.png", "key": "1" * 64},
    ]
    return {"journal.jsonl": "\n".join(map(json.dumps, lines)).encode()}


def _read_journal(path: Path) -> None:
    from restorer_app.engine.files.batch import PhotoJob
    from restorer_app.engine.files.journal import Journal

    journal = Journal(path, {})
    for name in ("a.png", "b.png"):
        job = PhotoJob(path, path.with_name(name))
        journal.is_finished(job)
        journal.may_replace(job, job.target)
        journal.other_source(job)


def _jobs() -> Mapping[str, bytes]:
    folder = Path(__file__).parents[1] / "data"
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("job.json"))}


def _read_job(path: Path) -> None:
    from trainer.fine_tuning.run.job import load_job

    load_job(path)


def _recipes() -> Mapping[str, bytes]:
    from trainer.recipe.recipe import RECIPES

    return {path.name: path.read_bytes() for path in sorted(RECIPES.glob("*.toml"))}


def _read_recipe(path: Path) -> None:
    from trainer.recipe.recipe import read_recipe

    read_recipe(path)


def _networks() -> Mapping[str, bytes]:
    from toy_network import write_network

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "toy.safetensors"
        write_network(path)
        return {"toy.safetensors": path.read_bytes()}


def _foreign_networks() -> Mapping[str, bytes]:
    import torch

    file = io.BytesIO()
    torch.save({"params": {"body.0.weight": torch.zeros(4, 3, 3, 3)}}, file)
    old = io.BytesIO()
    torch.save({"weight": torch.zeros(3)}, old, _use_new_zipfile_serialization=False)
    return {"foreign.pth": file.getvalue(), "old.pth": old.getvalue()}


def _add_network(path: Path) -> None:
    """As `restorer models add` and `restorer models list`."""
    from restorer_app.engine.models.catalogue import Catalogue

    with tempfile.TemporaryDirectory() as folder:
        shipped, added = Path(folder) / "shipped", Path(folder) / "user" / "added"
        for each in (shipped, added):
            each.mkdir(parents=True)
        (shipped / "manifest.toml").write_text("")
        catalogue = Catalogue(shipped, added.parent)
        shutil.copy(path, added / "there.safetensors")
        catalogue.entries()
        catalogue.add(path, "new")


def _cards() -> Mapping[str, bytes]:
    card = {"name": "there", "step": "denoise", "architecture": "RealESRGAN", "scale": 1}
    return {"card.json": json.dumps(card).encode()}


def _read_card(path: Path) -> None:
    from restorer_app.engine.models.catalogue import Catalogue

    with tempfile.TemporaryDirectory() as folder:
        shipped, added = Path(folder) / "shipped", Path(folder) / "user" / "added"
        for each in (shipped, added):
            each.mkdir(parents=True)
        (shipped / "manifest.toml").write_text("")
        (added / "there.safetensors").write_bytes(b"\x02\x00\x00\x00\x00\x00\x00\x00{}")
        shutil.copy(path, added / "there.json")
        Catalogue(shipped, added.parent).entries()


def _styles() -> Mapping[str, bytes]:
    from restorer_app.engine.steps.style.style_file import style_file_bytes

    return {"own.safetensors": style_file_bytes(np.zeros(8, np.float32), "0" * 64, "Own")}


def _import_style(path: Path) -> None:
    from restorer_app.engine.steps.style.user_styles import import_user_style

    with tempfile.TemporaryDirectory() as folder:
        import_user_style(path, user=Path(folder))


def _sidecars() -> Mapping[str, bytes]:
    return {"photo.xmp": samples.XMP}


def _carry(path: Path) -> None:
    from restorer_app.engine.files.sidecars import carry_sidecars

    with tempfile.TemporaryDirectory() as folder:
        carry_sidecars(path.with_suffix(".jpg"), Path(folder) / "out.png", overwrite=False)


def _with_text_bombs(kind: Kind) -> Kind:
    def make() -> Mapping[str, bytes]:
        name, sample = next(iter(kind.examples().items()))
        suffix = Path(name).suffix
        return {f"{each}{suffix}": data for each, data in bombs.text_bombs(sample).items()}

    return dataclasses.replace(kind, bombs=make, is_text=True)


KINDS = (
    Kind("JPEG", _pictures(".jpg"), _read_picture, bombs.jpeg_bombs),
    Kind("PNG", _pictures(".png"), _read_picture, bombs.png_bombs),
    Kind("TIFF", _pictures(".tif"), _read_picture, bombs.tiff_bombs),
    Kind("WebP", _pictures(".webp"), _read_picture),
    Kind("BMP", _pictures(".bmp"), _read_picture),
    Kind("HEIC", _pictures(".heic"), _read_picture),
    Kind("camera raw", _pictures(".dng"), _read_picture),
    Kind("mask", _masks, _read_mask),
    Kind("kept mask", _packed_masks, _unpack_mask, bombs.packed_mask_bombs),
    Kind("sidecar", _sidecars, _carry),
    Kind("network", _networks, _add_network, bombs.safetensors_bombs),
    Kind("foreign network", _foreign_networks, _add_network),
    Kind("style", _styles, _import_style, bombs.safetensors_bombs),
    *map(
        _with_text_bombs,
        (
            Kind("project", _projects, _recover),
            Kind("journal", _journals, _read_journal),
            Kind("job", _jobs, _read_job),
            Kind("recipe", _recipes, _read_recipe),
            Kind("card", _cards, _read_card),
        ),
    ),
)
