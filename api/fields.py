"""Serializer fields that DRF does not have."""

import math
from typing import Any

from rest_framework import serializers


class FiniteFloatField(serializers.FloatField):
    """A number that is finite: Python reads others from "nan" and "1e999", and no bound refuses NaN."""

    def to_internal_value(self, data: Any) -> float:
        try:
            number = super().to_internal_value(data)
        except OverflowError:  # an integer of 400 digits
            number = math.inf
        if not math.isfinite(number):
            self.fail("invalid")
        return number
