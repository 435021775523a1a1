# SPDX-License-Identifier: Apache-2.0
"""Loaded networks and the device they are on. One per thread of work; torch comes when needed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from restorer_app.engine.core.device import (
    Device,
    cpu_device,
    device_lock,
    import_torch,
    prepare_thread,
    release_memory,
    resolve_device,
    self_test,
)
from restorer_app.engine.core.errors import (
    CheckpointError,
    CorruptCheckpointError,
    DeviceUnavailableError,
)
from restorer_app.engine.core.message import Message
from restorer_app.engine.core.pixels import Float, check_finite
from restorer_app.engine.models.architectures import ARCHITECTURES
from restorer_app.engine.models.catalogue import AUTO, CLASSICAL, Catalogue, ModelEntry
from restorer_app.engine.models.checkpoint import load_network, tensor_sha256, verify_checkpoint
from restorer_app.engine.models.weight_mixing import mix_weights
from restorer_app.engine.models.words import ModelPhrase
from restorer_app.paths import shipped_models_folder, user_models_folder

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True)
class ModelChoice:
    """What a step computes with.

    Attributes:
        entry: the network, or None for the classical way.
        sha256: of its weights, "" for classical.
        note: why it is not what was asked for, None where it is.
    """

    entry: ModelEntry | None
    sha256: str = ""
    note: Message | None = None

    @property
    def name(self) -> str:
        """The network's name, or "classical"."""
        return CLASSICAL if self.entry is None else self.entry.name


@dataclass(frozen=True)
class LoadedNetwork:
    """A network on its device, in evaluation mode, channels_last, without gradients.

    Attributes:
        module: the network; our own or spandrel's.
        entry: where it came from.
        multiple: what height and width of its input must be divisible by.
        scale: output pixels per input pixel along a side.
    """

    module: nn.Module
    entry: ModelEntry
    multiple: int
    scale: int


class Session:
    """Loads each network once and keeps it on the device.

    Args:
        device: auto, cpu, cuda or mps; looked up at first use, because that needs torch.
        catalogue: where networks are; the program's own and the user's where None.
    """

    def __init__(self, device: str = "auto", catalogue: Catalogue | None = None) -> None:
        self.requested_device = device
        self.catalogue = catalogue or Catalogue(shipped_models_folder(), user_models_folder())
        self._device: Device | None = None
        self._networks: dict[tuple[str, str], LoadedNetwork] = {}
        self._verified: dict[tuple[Path, int, int], str] = {}
        self._rejected: dict[str, Message] = {}
        self._unloadable: set[str] = set()
        self._loading = threading.Lock()

    @property
    def device(self) -> Device:
        """The device of the networks.

        It is tested when it is first asked for; in place of one that fails, `auto` takes the
        processor.

        Raises:
            DeviceUnavailableError: the one asked for is not in this computer, or failed its test.
        """
        if self._device is None:
            device = resolve_device(self.requested_device)
            problem = "" if device.kind == "cpu" else self_test(device.kind)
            if problem and self.requested_device != "auto":
                raise DeviceUnavailableError(
                    f"{device.name} cannot be used: in a test, {problem}. Update its driver, or "
                    "choose auto or cpu."
                )
            if problem:
                device = replace(cpu_device(), in_place_of=device.name)
            self._device = device
        return self._device

    @property
    def is_accelerated(self) -> bool:
        """Whether networks run elsewhere than on the processor; False before the first did."""
        return self._device is not None and self._device.kind != "cpu"

    @contextmanager
    def on_processor(self) -> Iterator[None]:
        """Compute on the processor in this block, whatever the session's device."""
        device, self._device = self._device, cpu_device()
        try:
            yield
        finally:
            self._device = device

    def choose(self, task: str, model: str) -> ModelChoice:
        """What a task shall be done with; checks the file's sum, needs no torch.

        Args:
            task: one of `models.tasks`, or the name of a step that has only one.
            model: a name of the catalogue, "classical", or "auto": the task's default network,
                and classical (with a note) where its file is missing or damaged.

        Raises:
            InvalidPlanError: no network of that name does the task.
            CheckpointError: a network that was asked for by name cannot be used.
        """
        if model == CLASSICAL:
            return ModelChoice(None)
        if model != AUTO:
            entry = self.catalogue.find_for(task, model)
            return ModelChoice(entry, self._verify(entry))
        try:
            default = self.catalogue.default(task)
            if default is None:
                return ModelChoice(None)
            sha256 = self._verify(default)
        except CheckpointError as error:
            return ModelChoice(None, note=ModelPhrase.CLASSICAL_INSTEAD(error=str(error)))
        if sha256 in self._rejected:
            return ModelChoice(None, note=self._rejected[sha256])
        return ModelChoice(default, sha256)

    def reject(self, choice: ModelChoice, error: CheckpointError) -> None:
        """Never choose this network for `auto` again: it could not be used."""
        self._rejected[choice.sha256] = ModelPhrase.CLASSICAL_INSTEAD(error=str(error))

    def reject_failed(self, choices: Iterable[ModelChoice], error: CheckpointError) -> None:
        """Reject of several networks the one that failed to load, the first where none did."""
        used = [each for each in choices if each.sha256]
        for each in [one for one in used if one.sha256 in self._unloadable] or used[:1]:
            self.reject(each, error)

    def network(self, choice: ModelChoice, crispness: float = 0.0) -> LoadedNetwork:
        """The network of a choice, on the session's device; loaded once per weights and device.

        Args:
            choice: what `choose` returned.
            crispness: in [0, 1]; how far its weights move towards those of the crisp network
                that its card names. Without one it has no effect.

        Raises:
            CheckpointError: its file, or that of its crisp network, cannot be used.
            DeviceUnavailableError: see `device`.
            ValueError: the choice is classical (a bug of the caller).
        """
        if choice.entry is None:
            raise ValueError("the classical way has no network")
        prepare_thread()
        key = (choice.sha256, self.device.kind)
        with self._loading:
            if key not in self._networks:
                self._networks[key] = self._load(choice.entry, choice.sha256)
            natural = self._networks[key]
        companion = choice.entry.crisp_companion
        if not companion or crispness == 0.0:
            return natural
        crisp = self.network(self.choose(choice.entry.task, companion))
        return replace(natural, module=mix_weights(natural.module, crisp.module, crispness))

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Around every forward pass: this device's lock, inference mode, torch's threads set."""
        torch = import_torch()
        prepare_thread()
        with device_lock(self.device.kind), torch.inference_mode():
            yield

    def to_tensor(self, tile: Float) -> Tensor:
        """A tile (h, w, 3) as (1, 3, h, w) float32, channels_last, on the device."""
        return self.to_batch(tile[None])

    def to_batch(self, tiles: NDArray[Any]) -> Tensor:
        """Tiles (N, h, w, C) of any type as (N, C, h, w) float32, channels_last, on the device."""
        torch = import_torch()
        # HWC is what channels_last is: a view, so the transposition costs nothing. The copy
        # makes it writable, which torch wants, and independent of the photo.
        tensor = torch.from_numpy(np.array(tiles, np.float32, order="C"))
        moved: Tensor = tensor.permute(0, 3, 1, 2).to(self.device.kind)
        return moved

    def to_tile(self, tensor: Tensor) -> Float:
        """(1, 3, h, w) on any device as a tile (h, w, 3) float32; see `from_batch`."""
        tile: Float = self.from_batch(tensor)[0]
        return tile

    def from_batch(self, tensor: Tensor) -> Float:
        """(N, C, h, w) on any device as tiles (N, h, w, C) float32.

        Raises:
            NotFiniteError: see `fetch`.
        """
        return self.fetch(tensor.permute(0, 2, 3, 1))

    def fetch(self, tensor: Tensor) -> Float:
        """What a network answered, of any shape, as float32; all answers come this way.

        Raises:
            NotFiniteError: it holds NaN or infinity: the fault of the network, or of the device.
        """
        answer: Float = tensor.float().cpu().numpy()
        check_finite(answer)
        return answer

    def close(self) -> None:
        """Forget the networks and give their memory back; the session can still be used."""
        with self._loading:
            self._networks.clear()
        release_memory()

    def _verify(self, entry: ModelEntry) -> str:
        """The sum of a network's weights, checked once per version of the file."""
        if entry.problem:
            raise CorruptCheckpointError(entry.problem)
        try:
            stat = entry.path.stat()
        except OSError as error:
            raise CorruptCheckpointError(
                f"The network {entry.path} is missing; install it again or choose another."
            ) from error
        key = (entry.path, stat.st_mtime_ns, stat.st_size)
        if key not in self._verified:
            self._verified[key] = _sum_of(entry)
        return self._verified[key]

    def _load(self, entry: ModelEntry, sha256: str) -> LoadedNetwork:
        try:
            return self._built(entry)
        except CheckpointError:
            self._unloadable.add(sha256)
            raise

    def _built(self, entry: ModelEntry) -> LoadedNetwork:
        torch = import_torch()
        scale = 1
        if entry.is_foreign:
            from restorer_app.engine.models.model_import import build_foreign

            descriptor: Any = build_foreign(entry.path.read_bytes(), entry.path)
            module = descriptor.model.eval().requires_grad_(False)
            multiple = max(1, int(descriptor.size_requirements.multiple_of or 1))
            scale = int(descriptor.scale)
        else:
            module, _ = load_network(entry.path, ARCHITECTURES)
            multiple = int(getattr(module, "multiple", 1))
        module = module.to(self.device.kind, memory_format=torch.channels_last)
        return LoadedNetwork(module, entry, multiple, scale)


def _sum_of(entry: ModelEntry) -> str:
    if not entry.is_foreign:
        return verify_checkpoint(entry.path, ARCHITECTURES).sha256
    sha256 = tensor_sha256(entry.path.read_bytes(), entry.path)
    if sha256 != entry.card.get("sha256"):
        raise CorruptCheckpointError(
            f"The network {entry.path} is damaged (its checksum differs); add it again."
        )
    return sha256
