"""What a generation costs, in credits."""

from math import ceil

from django.conf import settings

SIDES = {"540p": 540, "720p": 720, "1080p": 1080}  # pixels of the short side
FACTORS = {"540p": 0.5, "720p": 1.0, "1080p": 2.0}


def price(*, seconds: float, resolution: str, steps: int | None, usual_steps: int) -> int:
    """Credits for `seconds` of video; more steps than the model's usual ones cost more, fewer not less."""
    effort = max(1.0, (steps or usual_steps) / usual_steps)
    exact = seconds * settings.GENERATION_CREDITS_PER_SECOND * FACTORS[resolution] * effort
    return ceil(round(exact, 6))  # 10.000000001 is 10
