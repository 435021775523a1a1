# SPDX-License-Identifier: Apache-2.0
"""What the style gallery asks of the engine's thread, and of the one that fits styles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from restorer_app.engine.core.errors import RestorerError
from restorer_app.engine.core.photo import Pixels
from restorer_app.engine.core.pixels import Float
from restorer_app.engine.steps.style.config import StyleConfig
from restorer_app.engine.steps.style.description import STYLE
from restorer_app.workers.engine_worker import load_torch
from restorer_app.workers.job import JobContext

LookViewBuilder = Callable[[Pixels], Any]

FIT_MINUTES = 4.0
"""How long a style is learned from a picture; the person can stop it."""


@dataclass(frozen=True)
class StyleRendered:
    """A small copy of a photo in a style.

    Attributes:
        name: of the style.
        view: what `build_view` made of it.
    """

    name: str
    view: Any


@dataclass(frozen=True)
class RenderStyle:
    """Put a style on a small copy of the photo.

    Attributes:
        picture: RGB (h, w, 3) uint8, the small copy; read-only.
        config: the look; its switch and mask have no effect.
        device: auto, cpu, cuda or mps.
        build_view: called on the worker's thread.
    """

    picture: Pixels
    config: StyleConfig
    device: str
    build_view: LookViewBuilder

    supersedes: ClassVar[bool] = False
    is_background: ClassVar[bool] = True

    def run(self, context: JobContext) -> StyleRendered:
        """Render it.

        Raises:
            Cancelled: the token was set.
            InvalidPlanError: there is no such style.
            CheckpointError: the style network cannot be used.
        """
        from restorer_app.engine.core.pixels import to_float, to_integer
        from restorer_app.engine.steps.style.rendering import render_look

        context.cancel.check()
        session = context.engine.session(self.device)
        rgb = render_look(self.config, to_float(self.picture), session, context.cancel)
        context.cancel.check()
        return StyleRendered(self.config.style, self.build_view(to_integer(rgb, "uint8")))


class RenderThumbnail(RenderStyle):
    """A tile of the gallery."""


class PreviewStyle(RenderStyle):
    """What a person points at; only the last one matters."""

    supersedes: ClassVar[bool] = True


@dataclass(frozen=True)
class StyleFitted:
    """A style that was learned from a picture.

    Attributes:
        title: what it is to be called.
        vector: (V,) float32.
        network_sha256: of the network that it belongs to.
    """

    title: str
    vector: Float
    network_sha256: str


@dataclass(frozen=True)
class StylePictureRead:
    """A picture that a style can be learned from.

    Attributes:
        rgb: (h, w, 3) float32 in [0, 1].
        view: what `build_view` made of it.
    """

    rgb: Float
    view: Any


@dataclass(frozen=True)
class ReadStylePicture:
    """Read a picture to learn a style from.

    Attributes:
        read_picture: gives RGB (h, w, 3) float32 in [0, 1]; called on the worker's thread.
        build_view: called there too, with (h, w, 3) uint8.
    """

    read_picture: Callable[[], Float]
    build_view: LookViewBuilder

    supersedes: ClassVar[bool] = True
    is_background: ClassVar[bool] = False

    def run(self, context: JobContext) -> StylePictureRead:
        """Read it.

        Raises:
            Cancelled: the token was set.
            ImageReadError: the picture is broken, tiny or flat.
        """
        from restorer_app.engine.core.parallel import abandonable
        from restorer_app.engine.core.pixels import to_integer

        context.progress.update(0.0, "open")
        rgb = abandonable(self.read_picture, context.cancel)
        return StylePictureRead(rgb, self.build_view(to_integer(rgb, "uint8")))


@dataclass(frozen=True)
class FitStyle:
    """Learn a style from a picture.

    Attributes:
        title: what it is to be called.
        picture: RGB (h, w, 3) float32 in [0, 1].
        photos: RGB (h, w, 3) uint8 to try the style on; the first is previewed. Never empty.
        device: auto, cpu, cuda or mps.
        build_view: called on the worker's thread, with (h, w, 3) uint8.
        show: called there too, now and then, with what `build_view` made of the first photo.
        minutes: how long it may take.
    """

    title: str
    picture: Float
    photos: tuple[Pixels, ...]
    device: str
    build_view: LookViewBuilder
    show: Callable[[Any], None]
    minutes: float = FIT_MINUTES

    supersedes: ClassVar[bool] = True
    is_background: ClassVar[bool] = False

    def run(self, context: JobContext) -> StyleFitted:
        """Learn it.

        Raises:
            Cancelled: the token was set.
            RestorerError: no style network, or no trainer, is installed.
        """
        from restorer_app.engine.core.pixels import to_float, to_integer
        from restorer_app.engine.steps.style.rendering import render_vector

        context.progress.update(0.0, STYLE.name)
        session = context.engine.session(self.device)
        choice = session.choose(STYLE.name, "auto")
        if choice.entry is None:
            raise RestorerError(
                "Your own styles need the style network, and none is installed; add one under "
                "Restoration, Networks."
            )
        load_torch()
        try:
            from trainer.publish.style_fitting import fit_style  # it may be absent
        except ImportError as error:
            raise RestorerError(
                "This build of the program cannot learn styles from pictures."
            ) from error
        network: Any = session.network(choice).module
        photos = [to_float(photo) for photo in self.photos]

        def show(vector: Float) -> None:
            painted = render_vector(vector, photos[0], session)
            self.show(self.build_view(to_integer(painted, "uint8")))

        vector = fit_style(
            self.picture,
            network,
            photos=photos,
            minutes=self.minutes,
            progress=context.progress,
            cancel=context.cancel,
            shown=show,
        )
        return StyleFitted(self.title, vector, choice.sha256)
