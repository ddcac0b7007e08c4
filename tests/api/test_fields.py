"""FiniteFloatField, through every route that takes a number which is not whole."""

from typing import Any

import pytest
from rest_framework import serializers

from api.fields import FiniteFloatField
from creator.models import User
from tests.conftest import Api


class LengthSerializer(serializers.Serializer[Any]):
    seconds = FiniteFloatField()


@pytest.mark.parametrize("number", [0, -1.5, "2.25", 1e308])
def test_a_number_is_taken(number: Any) -> None:
    asked = LengthSerializer(data={"seconds": number})

    assert asked.is_valid()
    assert asked.validated_data == {"seconds": float(number)}


@pytest.mark.parametrize("number", ["nan", "inf", "-Infinity", "1e999", 10**400, "x", [], None])
def test_what_is_no_finite_number_is_refused(number: Any) -> None:
    asked = LengthSerializer(data={"seconds": number})

    assert not asked.is_valid()
    assert list(asked.errors) == ["seconds"]


@pytest.mark.parametrize("seconds", ["NaN", 10**400])
def test_a_generation_of_no_finite_length_is_refused(api: Api, creator: User, seconds: Any) -> None:
    answer = api(creator).post("/api/v1/generations/quote", {"prompt": "a red dog", "seconds": seconds})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "seconds")


@pytest.mark.parametrize(
    "name",
    [
        "\u200e\u200f",
        "\u202a\u202c",
        "\u2066\u2069",
        "\u061c",
        "\ufe0f",
        "\u034f",
        "\u3164",
        "\u2800",
        "\U000e0041",
    ],
    ids=ascii,
)
def test_a_name_of_which_nothing_is_seen_is_refused(api: Api, creator: User, name: str) -> None:
    answer = api(creator).patch("/api/v1/me", {"display_name": name})

    told = [(error["field"], error["code"]) for error in answer.json()["errors"]]
    assert (answer.status_code, told) == (400, [("display_name", "text-invalid")])


@pytest.mark.parametrize("name", ["", "明", "❤️", "👩‍👩‍👧", "é", "नमस्ते"], ids=ascii)
def test_a_name_that_is_seen_or_none_is_taken(api: Api, creator: User, name: str) -> None:
    assert api(creator).patch("/api/v1/me", {"display_name": name}).status_code == 200
