"""What a generation costs, in credits."""

from math import ceil, prod

from django.conf import settings

from generation.runner.model_spec import ModelSpec
from generation.runner.spec import GenerationSpec

LEAST_SECONDS = 1  # that are sold
SHORT_SIDES = {"540p": 540, "720p": 720, "1080p": 1080}  # pixels
FACTORS = {540: 0.5, 720: 1.0, 1080: 2.0}  # by the short side


def price(spec: GenerationSpec, model: ModelSpec) -> int:
    """Credits for `spec`. Only what has to be made up is paid for, not what it extends."""
    effort = max(1.0, _effort(spec, model))  # less than usual does not cost less
    exact = spec.seconds * settings.GENERATION_CREDITS_PER_SECOND * FACTORS[spec.short_side] * effort
    return ceil(round(exact, 6))  # 10.000000001 is 10


def _effort(spec: GenerationSpec, model: ModelSpec) -> float:
    """How much it takes, where what is usual of the model is 1: by its steps and its pixels."""
    asked = model.at(spec.quality)
    pixels = prod(asked.sizes[spec.aspect]) / prod(model.sizes[spec.aspect])
    return (spec.steps or asked.steps) / model.steps * pixels
