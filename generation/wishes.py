"""A wish: what somebody asks for, checked against rules, model and purse's price before anything is held."""

import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from django.conf import settings

from generation import catalogue, prompts
from generation.errors import PromptBlocked, TooLongTogether
from generation.pricing import SIDES, price
from generation.runner import plan, understanding
from generation.runner.brief import LONGEST, Brief
from generation.runner.cards import Card
from library.actions import Shape
from library.models import Clip, Still

SEEDS = 2**31


@dataclass(frozen=True)
class Wish:
    """A generation before it is one. `seed` is drawn if None; `extends` is the clip to go on from."""

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

    @cached_property
    def card(self) -> Card:
        return catalogue.card(self.model or settings.DEFAULT_MODEL)

    @cached_property
    def understood(self) -> dict[str, Any] | None:
        """What the model makes of the prompt, as `Understanding.as_dict`; None if it takes it as it is."""
        told = understanding.of(self.prompt, catalogue.folder(self.card.name))
        return told.as_dict() if told else None

    def read(self) -> Self:
        """Itself, with the prompt read: it takes seconds the first time, too long inside a transaction."""
        vars(self)["understood"] = self.understood
        return self

    @cached_property
    def drawn_seed(self) -> int:
        return secrets.randbelow(SEEDS) if self.seed is None else self.seed

    @property
    def brief(self) -> Brief:
        """As the runner will get it, but for the files: it only matters now whether there are any."""
        return self.brief_with(
            first_frame=Path("first") if self.first_frame else None,
            last_frame=Path("last") if self.last_frame else None,
            extends=Path("before") if self.extends else None,
        )

    def brief_with(
        self, *, first_frame: Path | None = None, last_frame: Path | None = None, extends: Path | None = None
    ) -> Brief:
        return Brief(
            prompt=self.prompt,
            negative_prompt=self.negative_prompt,
            seconds=self.seconds,
            aspect=self.aspect,
            short_side=SIDES[self.resolution],
            seed=self.drawn_seed,
            steps=self.steps,
            guidance=self.guidance,
            first_frame=first_frame,
            last_frame=last_frame,
            extends=extends,
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
        return price(
            seconds=self.seconds, resolution=self.resolution, steps=self.steps, usual_steps=self.card.steps
        )

    def check(self) -> None:
        """Raise a Refusal if it cannot or must not be made."""
        if broken := prompts.broken_by(self.prompt):
            rule, words = broken
            raise PromptBlocked(
                field="prompt", rule={"message": rule.says, "params": {}}, words=", ".join(words)
            )
        plan.check(self.brief, self.card)
        if self.whole_seconds > LONGEST + 1e-6:
            left = max(0.0, round(LONGEST - (self.whole_seconds - self.seconds), 2))
            raise TooLongTogether(
                field="seconds", seconds=round(self.whole_seconds, 2), most=LONGEST, left=left
            )
