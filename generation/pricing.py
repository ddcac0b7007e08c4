"""What a generation costs, in credits."""

from math import ceil

from django.conf import settings

SIDES = {"540p": 540, "720p": 720, "1080p": 1080}  # pixels of the short side
FACTORS = {"540p": 0.5, "720p": 1.0, "1080p": 2.0}


def price(*, seconds: float, resolution: str, effort: float) -> int:
    """Credits for `seconds` of video; more `effort` than the model's usual one costs more, less not less."""
    exact = seconds * settings.GENERATION_CREDITS_PER_SECOND * FACTORS[resolution] * max(1.0, effort)
    return ceil(round(exact, 6))  # 10.000000001 is 10
