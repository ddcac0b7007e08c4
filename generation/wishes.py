"""A wish: what somebody asks for, checked against rules, model and purse's price before anything is held."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any, Self

from django.conf import settings

from generation import catalogue, moderation
from generation.errors import PromptBlocked, TooLongTogether
from generation.pricing import SIDES, price
from generation.runner import camera, plan, prompt_parser
from generation.runner.families.registry import ModelSpec
from generation.runner.model_spec import STD
from generation.runner.spec import LONGEST, GenerationSpec, Keyframe, Scene
from library.actions import Shape
from library.models import Clip, Still

SEEDS = 2**31


@dataclass(frozen=True)
class Wish:
    """A generation before it is one. `seed` is drawn if None; `extends` is the clip to go on from;
    `keyframes` are pictures on the way, by their seconds; `scenes` ({at, prompt}) take the prompt's place."""

    prompt: str
    negative_prompt: str = ""
    model: str = ""
    seconds: float = 5.0
    aspect: str = "16:9"
    resolution: str = "720p"
    seed: int | None = None
    steps: int | None = None
    guidance: float | None = None
    first_frame: Still | None = None
    last_frame: Still | None = None
    extends: Clip | None = None
    keyframes: tuple[tuple[float, Still], ...] = ()
    scenes: Sequence[Mapping[str, Any]] = ()
    quality: str = STD
    camera: str | None = None

    @cached_property
    def card(self) -> ModelSpec:
        return catalogue.card(self.model or settings.DEFAULT_MODEL)

    @cached_property
    def understood(self) -> dict[str, Any] | None:
        """What the model makes of the prompt, as `ParsedPrompt.as_dict`; None if it takes it as it is."""
        return self._understanding(self.prompt)

    @cached_property
    def told_scenes(self) -> list[dict[str, Any]]:
        """The scenes as they are kept: {at, prompt, understood}."""
        return [
            {
                "at": each["at"],
                "prompt": each["prompt"],
                "understood": self._understanding(each["prompt"]),
            }
            for each in self.scenes
        ]

    def _understanding(self, prompt: str) -> dict[str, Any] | None:
        told = prompt_parser.parse(camera.told(prompt, self.camera), catalogue.folder(self.card.name))
        return told.as_dict() if told else None

    def read(self) -> Self:
        """Itself, with the prompt read: it takes seconds the first time, too long inside a transaction."""
        vars(self).update(understood=self.understood, told_scenes=self.told_scenes)
        return self

    def understanding(self, other: Self) -> Self:
        """Itself, of the same prompt as `other`, which is read already."""
        vars(self).update(understood=other.understood, told_scenes=other.told_scenes)
        return self

    @cached_property
    def drawn_seed(self) -> int:
        return secrets.randbelow(SEEDS) if self.seed is None else self.seed

    @property
    def brief(self) -> GenerationSpec:
        """As the runner will get it, but for the files: it only matters now whether there are any."""
        return self.brief_with(
            first_frame=Path("first") if self.first_frame else None,
            last_frame=Path("last") if self.last_frame else None,
            extends=Path("before") if self.extends else None,
            keyframes=tuple(Keyframe(at, Path(str(still.pk))) for at, still in self.keyframes),
        )

    def brief_with(self, **files: Any) -> GenerationSpec:
        """`files`: where first_frame, last_frame, extends and the keyframes' pictures lie."""
        return GenerationSpec(
            prompt=self.prompt,
            negative_prompt=self.negative_prompt,
            seconds=self.seconds,
            aspect=self.aspect,
            short_side=SIDES[self.resolution],
            seed=self.drawn_seed,
            steps=self.steps,
            guidance=self.guidance,
            quality=self.quality,
            camera=self.camera,
            scenes=tuple(Scene(each["at"], each["prompt"]) for each in self.scenes),
            **files,
        )

    @property
    def whole_seconds(self) -> float:
        """The result's length: what is gone on from included."""
        return self.seconds + (self.extends.seconds if self.extends else 0.0)

    @property
    def shape(self) -> Shape:
        width, height = self.brief.size
        return Shape(width=width, height=height, fps=self.brief.fps, seconds=self.whole_seconds)

    @property
    def cost(self) -> int:
        """Credits. Only what has to be made up is paid for."""
        return price(seconds=self.seconds, resolution=self.resolution, effort=self._effort)

    @property
    def _effort(self) -> float:
        """How much it takes, where what is usual of the model is 1: by its steps and its pixels."""
        usual, asked = self.card, self.card.at(self.quality)
        drawn = prod(asked.sizes[self.aspect]) / prod(usual.sizes[self.aspect])
        return (self.steps or asked.steps) / usual.steps * drawn

    def check(self) -> None:
        """Raise a Refusal if it cannot or must not be made."""
        _check_words("prompt", self.prompt)
        for each in self.scenes:
            _check_words("scenes", each["prompt"])
        plan.check(self.brief, self.card)
        if self.whole_seconds > LONGEST + 1e-6:
            left = max(0.0, round(LONGEST - (self.whole_seconds - self.seconds), 2))
            raise TooLongTogether(
                field="seconds", seconds=round(self.whole_seconds, 2), most=LONGEST, left=left
            )


def _check_words(field: str, prompt: str) -> None:
    if broken := moderation.broken_by(prompt):
        rule, words = broken
        raise PromptBlocked(field=field, rule={"message": rule.says, "params": {}}, words=", ".join(words))
