"""A quote: a request checked against rules, model and length, with its price, before anything is held."""

import unicodedata
from dataclasses import dataclass

from django.conf import settings

import moderation
from creator.limits import most, request_budget
from generation import catalogue
from generation.errors import PromptBlocked, TooLongTogether, TooMuchText
from generation.pricing import price
from generation.runner import plan, prompt_parser, prompts, text_limit
from generation.runner.model_spec import ModelSpec
from generation.runner.spec import LONGEST, GenerationSpec
from library.actions import Shape
from library.models import Clip


@dataclass(frozen=True)
class Quote:
    """`model` can make `spec`, whose prompts are parsed, going on from the clip `source` if there is one."""

    spec: GenerationSpec
    model: ModelSpec
    source: Clip | None = None

    @property
    def cost(self) -> int:
        """Credits."""
        return price(self.spec, self.model)

    @property
    def shape(self) -> Shape:
        """Of the result, which begins with what it goes on from."""
        width, height = self.spec.size
        return Shape(width=width, height=height, fps=self.spec.fps, seconds=_seconds(self.spec, self.source))

    @property
    def frames(self) -> int:
        return round(self.shape.seconds * self.shape.fps)

    @property
    def megapixel_steps(self) -> float:
        """Native megapixels to sample, each as often as there are steps: the measure of the model's work."""
        asked = self.model.at(self.spec.quality)
        width, height = asked.sizes[self.spec.aspect]
        frames = sum(segment.frames for segment in plan.segments(self.spec, self.model))
        return frames * width * height / 1e6 * (self.spec.steps or asked.steps)

    @property
    def megapixels(self) -> float:
        """Of the result."""
        return self.frames * self.shape.width * self.shape.height / 1e6

    @property
    def segments(self) -> int:
        return len(plan.segments(self.spec, self.model))


def quote(spec: GenerationSpec, *, model: str = "", source: Clip | None = None) -> Quote:
    """Raises the DomainError that asking for `spec` would meet. Parses prompts: not inside a transaction."""
    _check_amount(spec)
    _check_words("prompt", spec.prompt)
    for scene in spec.scenes:
        _check_words("scenes", scene.prompt)
    found = catalogue.find(model or settings.DEFAULT_MODEL)
    plan.check(spec, found)
    _check_length(spec, source)
    folder = catalogue.folder(found.name)
    with request_budget.uncounted():
        prompt_parser.load(folder)
        text_limit.load(folder, found)
    parsed = prompts.parsed(spec, folder, check=request_budget.check)
    return Quote(prompts.measured(parsed, folder, found), found, source)


def _check_amount(spec: GenerationSpec) -> None:
    texts = [spec.negative_prompt, *(scene.prompt for scene in spec.every_scene)]
    count = sum(len(unicodedata.normalize("NFKC", text)) for text in texts)  # one sign may become eighteen
    if count > most("prompt_text"):
        raise TooMuchText(count=count, most=most("prompt_text"))


def _check_words(field: str, prompt: str) -> None:
    if broken := moderation.broken_by(prompt):
        rule, words = broken
        raise PromptBlocked(field=field, rule={"message": rule.says, "params": {}}, words=", ".join(words))


def _check_length(spec: GenerationSpec, source: Clip | None) -> None:
    together = _seconds(spec, source)
    if together > LONGEST + 1e-6:
        left = max(0.0, round(LONGEST - (together - spec.seconds), 2))
        raise TooLongTogether(field="seconds", seconds=round(together, 2), most=LONGEST, left=left)


def _seconds(spec: GenerationSpec, source: Clip | None) -> float:
    return spec.seconds + (source.seconds if source else 0.0)
