# SPDX-License-Identifier: Apache-2.0
"""What a recipe can say: frozen dataclasses, read from TOML.

A "step" is one optimizer step of the generator unless said otherwise.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from trainer.recipe.schema import RecipeError, build, number

RECIPES = Path(__file__).parent.parent / "recipes"


@dataclass(frozen=True)
class GeneratorConfig:
    """The network that is trained and shipped."""

    architecture: str
    """Name of the architecture, e.g. "restoration_unet"."""
    options: dict[str, Any] = field(default_factory=dict)
    """Arguments of its constructor."""
    true_condition_probability: float = number(0.3, 0, 1)
    """How often a sample is restored with its true degradation vector instead of the estimated
    one, so that the network obeys the vector and the head may err. Probability per sample."""


@dataclass(frozen=True)
class DataConfig:
    """Where training pictures come from and how crops are cut."""

    kind: Literal["photos", "pairs"] = "photos"
    """photos: clean pictures that the degradations damage; pairs: folders `input` and `target`
    with the same file names."""
    folders: tuple[str, ...] = ()
    """Folders searched recursively; `--data` replaces them. Relative to the working folder."""
    exclude: tuple[str, ...] = ("benchmark",)
    """Files below a folder of one of these names are never read."""
    crop_px: int = number(96, 16, 1024)
    """Side of the square training crops, in pixels."""
    batch: int = number(8, 1, 4096)
    """Crops per process and optimizer micro-step."""
    minimum_scale: float = number(0.5, 0.1, 1)
    """Crops are shrunk by a random area factor in [minimum_scale, 1] where the picture is large
    enough; this removes JPEG artefacts and noise that the source pictures bring along."""
    maximum_scale: float = number(1.0, 0.1, 1)
    """Largest such factor, of the side length."""
    augment: bool = True
    """Random flips and transposes (the eight symmetries of the square)."""
    memory_mib: int = number(4096, 1)
    """Decoded pictures are kept up to this many MiB; the rest is decoded anew at each use."""


@dataclass(frozen=True)
class ValidationConfig:
    """What is measured while training, on pictures that are never trained on."""

    fraction: float = number(0.02, 0, 0.5)
    """Share of files held out, by a hash of their names."""
    crops: int = number(24, 0, 1000)
    """How many held-out pictures are measured, one centre crop each."""
    crop_px: int = number(192, 32, 2048)
    """Largest side of those crops, in pixels."""
    every_steps: int = number(500, 1)
    """Steps between validations."""
    gaussian_sigmas: tuple[float, ...] = ()
    """Also measure plain Gaussian noise of these standard deviations, in units of 1/255."""


@dataclass(frozen=True)
class LossConfig:
    """Weights of the generator's losses beside the adversarial one; 0 switches a loss off."""

    l1: float = number(0.0, 0)
    """Mean absolute difference; inside the holes only for task inpaint."""
    bce: float = number(0.0, 0)
    """Binary cross-entropy of log odds, for task detect."""
    dice: float = number(0.0, 0)
    """1 - Dice coefficient, for task detect."""
    charbonnier: float = number(0.0, 0)
    """Smooth L1."""
    charbonnier_epsilon: float = number(1e-3, 1e-8, 1)
    """Where Charbonnier turns from quadratic to linear, in units of the picture's [0, 1]."""
    perceptual: float = number(0.0, 0)
    """Distance of ImageNet features."""
    perceptual_network: Literal["efficientnet_lite0", "vgg16", "vgg19"] = "efficientnet_lite0"
    """Which features; the VGG networks need their weights on this computer."""
    color: float = number(0.0, 0)
    """L1 of blurred pictures: colour without texture."""
    gradient: float = number(0.0, 0)
    """L1 of horizontal and vertical differences."""
    fourier: float = number(0.0, 0)
    """L1 of the real and imaginary parts of the Fourier transforms."""
    style: float = number(0.0, 0)
    """Distance of feature statistics to the style picture's, for task stylize."""
    content: float = number(0.0, 0)
    """Distance of deep features to the photo's, for task stylize."""
    luminance: float = number(0.0, 0)
    """1 - correlation of low-resolution luminance with the photo's, for task stylize."""
    identity: float = number(0.0, 0)
    """L1 to the photo for the samples of style 0, for task stylize."""
    degradation: float = number(0.01, 0)
    """Cross-entropy of the estimated degradation vector."""


@dataclass(frozen=True)
class StylesConfig:
    """The pictures that task stylize learns styles from."""

    folder: str = ""
    """Holds one picture NAME.jpg (or .png ...) for each of `generator.options.styles` but the
    first, "identity"; `--styles` replaces it."""
    largest_px: int = number(640, 64, 4096)
    """Their longer side when statistics are taken; larger ones are reduced. Strokes come out as
    many pixels wide as they are then."""


@dataclass(frozen=True)
class UnpairedConfig:
    """The old pictures that task age learns the look of."""

    folder: str = ""
    """Searched recursively; `--old` replaces it."""


@dataclass(frozen=True)
class AdversarialConfig:
    """The game against the discriminator."""

    weight: float = number(0.0, 0)
    """Weight of the adversarial loss in the generator's loss; 0 trains without an adversary."""
    kind: Literal["minimax", "non_saturating", "least_squares", "hinge", "wasserstein"] = (
        "non_saturating"
    )
    """Which form of the game."""
    gradient_penalty: float = number(0.0, 0)
    """Weight of the penalty on (|gradient| - 1)^2 between real and generated (wasserstein: 10)."""
    r1: float = number(0.0, 0)
    """Weight gamma of R1 = gamma / 2 * |gradient at real|^2."""
    r1_interval: int = number(1, 1, 1000)
    """R1 every so many discriminator steps, scaled up by as much."""
    discriminator_steps: int = number(1, 1, 100)
    """Discriminator steps per generator step."""
    label_smoothing: float = number(0.0, 0, 0.5)
    """Real labels become 1 - this (one-sided); for minimax, non_saturating, least_squares."""
    instance_noise: float = number(0.0, 0, 1)
    """Standard deviation of the noise added to what the discriminator sees, in [0, 1] units; it
    falls linearly to 0 over the run."""
    conditional: bool = False
    """The discriminator also sees the generator's input (pix2pix)."""
    start_step: int = number(0, 0)
    """The adversarial loss begins at this step; before, only the discriminator learns."""


@dataclass(frozen=True)
class DiscriminatorConfig:
    """The network that the generator plays against."""

    architecture: Literal["patch", "unet", "strided"] = "patch"
    """patch: PatchGAN; unet: one verdict per pixel and one for the picture; strided: one verdict
    per picture of fixed size."""
    width: int = number(48, 1, 1024)
    """Channels of the first layer."""
    layers: int = number(3, 1, 8)
    """Stride-two layers."""
    spectral_norm: bool = True
    """Divide every weight by its largest singular value."""


@dataclass(frozen=True)
class OptimizerConfig:
    """How a network's weights move."""

    kind: Literal["adam", "adamw", "rmsprop", "muon"] = "adamw"
    """muon: momentum made orthogonal for inner convolutions, AdamW for the rest."""
    learning_rate: float = number(2e-3, 0, 10)
    """Largest rate of Adam, AdamW or RMSprop."""
    beta1: float = number(0.9, 0, 0.9999)
    """Decay of the mean gradient (RMSprop: momentum)."""
    beta2: float = number(0.99, 0, 0.99999)
    """Decay of the squared gradient."""
    weight_decay: float = number(0.0, 0, 1)
    """Decoupled decay, per step and unit of learning rate (Adam: coupled)."""
    full_rate_fan_in: int = number(0, 0)
    """adamw: weights with more inputs than this learn slower in proportion; 0: all alike."""
    muon_learning_rate: float = number(0.02, 0, 10)
    """Largest rate of the convolutions under muon."""
    muon_weight_decay: float = number(0.01, 0, 1)
    """Decoupled decay of the convolutions under muon."""
    muon_momentum: float = number(0.95, 0, 0.9999)
    """Momentum of the convolutions under muon."""
    muon_exclude: tuple[str, ...] = ("head", "stem", "tail")
    """Modules whose convolutions stay with AdamW: first and last layers."""
    clip_norm: float = number(1.0, 0)
    """Gradients are scaled down to this total 2-norm; 0 does not clip."""


@dataclass(frozen=True)
class ScheduleConfig:
    """How the learning rate changes over the run, as a factor in [0, 1]."""

    kind: Literal["constant", "cosine", "plateau"] = "cosine"
    """constant; cosine from 1 to `minimum`; plateau multiplies by `plateau_factor` when the
    validation score has stopped rising."""
    clock: Literal["steps", "time"] = "steps"
    """Whether the cosine follows steps / run.steps or training time / run.max_minutes."""
    warmup_steps: int = number(200, 0)
    """The factor rises linearly from 0 over so many steps."""
    minimum: float = number(0.01, 0, 1)
    """Smallest factor."""
    plateau_factor: float = number(0.5, 0, 1)
    """See plateau."""
    plateau_patience: int = number(5, 1)
    """Validations without improvement before the factor falls."""


@dataclass(frozen=True)
class EmaConfig:
    """The moving average of the weights: what is validated, exported and shipped."""

    decay: float = number(0.998, 0, 0.999999)
    """Share of the old average kept per step; smaller in the first steps."""


@dataclass(frozen=True)
class MonitorConfig:
    """When training is called sick, and what happens then."""

    action: Literal["report", "stop", "recover"] = "recover"
    """report: say so; stop: end the run; recover: go back to the last good checkpoint and
    multiply all learning rates by `rate_factor`."""
    rate_factor: float = number(0.5, 0.01, 1)
    """See recover."""
    maximum_recoveries: int = number(3, 0)
    """So many, then the run stops."""
    start_step: int = number(500, 0)
    """Nothing is judged before this step."""
    window: int = number(200, 5)
    """Steps looked at."""
    winning_accuracy: float = number(0.98, 0.5, 1)
    """Vanishing: the discriminator's accuracy stays above this for a whole window."""
    burst_factor: float = number(20.0, 1)
    """Exploding: several gradient norms in the window exceed so many times its median."""
    burst_count: int = number(5, 1)
    """How many."""
    diversity_fraction: float = number(0.2, 0, 1)
    """Collapse: generated diversity falls below this share of the diversity of real pictures."""
    straight_share: float = number(0.5, 0, 1)
    """Silent units: more of the hidden channels than this never change sign in a validation."""


@dataclass(frozen=True)
class RunConfig:
    """Budget, device, and when things are written."""

    steps: int = number(0, 0)
    """Ends after so many steps; 0: no limit."""
    max_minutes: float = number(0.0, 0)
    """Ends after so many minutes of training time, resumed runs together; 0: no limit."""
    accumulation: int = number(1, 1, 1024)
    """Micro-batches per step; their gradients are averaged."""
    accelerator: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    """Device."""
    devices: int = number(1, 1, 1024)
    """Processes on this machine, one device each."""
    precision: Literal["32-true", "bf16-mixed"] = "32-true"
    """bf16-mixed keeps float32 weights."""
    threads: int = number(0, 0, 1024)
    """CPU threads of torch; 0 leaves them as they are."""
    checkpoint_seconds: float = number(120.0, 0)
    """A kill loses at most this much training."""
    log_seconds: float = number(10.0, 0)
    """Between lines on the console and points in TensorBoard."""


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a training run but the pictures themselves."""

    name: str
    """Names the output folder and the model."""
    generator: GeneratorConfig
    """The network that is trained."""
    step: str = "denoise"
    """The restoration step that the model serves, for the catalogue."""
    task: str = "restore"
    """restore: degrade photos and undo it; translate: input to target of pairs; synthesize:
    noise to pictures; detect: damage photos and say where; inpaint: fill holes in photos;
    stylize: repaint photos; age: make clean photos look like old ones of other things. The list
    is in `trainer.tasks.catalogue`."""
    seed: int = number(0, 0, 2**31 - 1)
    """Everything random follows from it."""
    data: DataConfig = field(default_factory=DataConfig)
    """Pictures."""
    validation: ValidationConfig = field(default_factory=ValidationConfig)
    """Measurements on held-out pictures."""
    degradation: dict[str, Any] = field(default_factory=dict)
    """What `trainer.degradation` does to the pictures (task restore)."""
    styles: StylesConfig = field(default_factory=StylesConfig)
    """Style pictures (task stylize)."""
    unpaired: UnpairedConfig = field(default_factory=UnpairedConfig)
    """Old pictures (task age)."""
    loss: LossConfig = field(default_factory=LossConfig)
    """Losses beside the adversarial one."""
    adversarial: AdversarialConfig = field(default_factory=AdversarialConfig)
    """The game."""
    discriminator: DiscriminatorConfig = field(default_factory=DiscriminatorConfig)
    """The other player."""
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    """The generator's optimizer."""
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    """The generator's learning rate over time."""
    discriminator_optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    """The discriminator's optimizer."""
    discriminator_schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    """The discriminator's learning rate over time."""
    ema: EmaConfig = field(default_factory=EmaConfig)
    """Moving average of the generator."""
    monitor: MonitorConfig = field(default_factory=MonitorConfig)
    """Health of the game."""
    run: RunConfig = field(default_factory=RunConfig)
    """Budget and device."""


def build_recipe(table: dict[str, Any]) -> Recipe:
    """Validate a parsed recipe, but for what only its task knows: see `tasks.recipes`.

    Raises:
        RecipeError: a key or value is wrong, or values contradict each other.
    """
    recipe = build(Recipe, table)
    _check_consistency(recipe)
    return recipe


def read_recipe(source: str | Path) -> Recipe:
    """Read a recipe by the path of a TOML file or by the name of a shipped one; see `build_recipe`.

    Raises:
        RecipeError: no such recipe, not TOML, or not valid.
    """
    path = Path(source)
    if not path.is_file() and path.suffix == "":
        path = RECIPES / f"{source}.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(sorted(p.stem for p in RECIPES.glob("*.toml")))
        raise RecipeError(f"There is no recipe '{source}'; shipped are {known}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"'{path}' is not valid TOML: {error}") from error
    return build_recipe(table)


def _check_schedules(recipe: Recipe) -> None:
    schedules = [recipe.schedule]
    if recipe.adversarial.weight:
        schedules.append(recipe.discriminator_schedule)
    if not recipe.run.steps and not recipe.run.max_minutes:
        raise RecipeError("The recipe needs an end: 'run.steps' or 'run.max_minutes'.")
    for schedule in schedules:
        limit = recipe.run.steps if schedule.clock == "steps" else recipe.run.max_minutes
        if schedule.kind == "cosine" and not limit:
            name = "steps" if schedule.clock == "steps" else "max_minutes"
            raise RecipeError(f"A cosine over {schedule.clock} needs 'run.{name}'.")


def _check_consistency(recipe: Recipe) -> None:
    data = recipe.data
    if data.minimum_scale > data.maximum_scale:
        raise RecipeError("'data.minimum_scale' is above 'data.maximum_scale'.")
    _check_schedules(recipe)
    game = recipe.adversarial
    is_lipschitz = game.gradient_penalty > 0 or recipe.discriminator.spectral_norm
    if game.weight and game.kind == "wasserstein" and not is_lipschitz:
        raise RecipeError(
            "The Wasserstein critic must be Lipschitz: set 'adversarial.gradient_penalty' (10) "
            "or 'discriminator.spectral_norm'."
        )
