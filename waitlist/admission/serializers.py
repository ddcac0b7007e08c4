"""Letting in, as the API takes and shows it."""

from typing import Any

from rest_framework import serializers


class AdmitSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=1, max_value=10_000, help_text="How many, from the front.")


class AdmittedSerializer(serializers.Serializer[Any]):
    admitted = serializers.IntegerField(help_text="How many were let in; fewer than asked if the line ended.")
