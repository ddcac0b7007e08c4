"""What cannot be made is refused at once, by field, with what would be accepted."""

import json
from typing import Any
from uuid import uuid4

import pytest

from creator.accounts.tokens import issue_session
from creator.credits import ledger
from creator.models import User
from generation.models import Generation
from tests.contracts.security import asgi

pytestmark = pytest.mark.django_db
PROMPT = "一只猴子"


INVISIBLE = [
    "\u200e\u200f",
    "\u200b",
    "\u2066 \u2069",
    "\ufe0f",
    "\u034f",
    "\u2800",
    "\u3164",
    "\ufeff",
    "\U000e0041",
]


@pytest.mark.parametrize("prompt", INVISIBLE, ids=ascii)
def test_a_prompt_of_which_nothing_is_seen_is_empty_and_nothing_is_held(
    ask: Any, creator: Any, prompt: str
) -> None:
    before = ledger.balance(creator)
    wrong = [{"prompt": prompt}, {"prompt": PROMPT, "scenes": [{"at": 2, "prompt": prompt}]}]

    for body, field in zip(wrong, ["prompt", "scenes[0].prompt"], strict=True):
        for route in ("generations", "generations/quote"):
            problem = ask("post", route, body, status=400)
            assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, "blank")]

    assert not Generation.objects.exists() and ledger.balance(creator) == before


@pytest.mark.parametrize(
    ("field", "value", "accepted"),
    [
        ("prompt", "", ""),
        ("prompt", "x" * 2001, "2000"),
        ("seconds", 0.5, "1"),
        ("seconds", 121, "120"),
        ("seconds", "nan", ""),
        ("aspect", "2:1", "16:9"),
        ("resolution", "8k", "720p"),
        ("model", "sora", "tiny"),
        ("steps", 0, "1"),
        ("steps", 101, "100"),
        ("guidance", 99, "20"),
        ("seed", -1, "0"),
        ("first_frame", "nothing", ""),
        ("scenes", [{"at": 0.5, "prompt": "公园"}], "1"),
        ("scenes", [{"at": 3, "prompt": "公园"}, {"at": 2, "prompt": "公园"}], "1"),
    ],
)
def test_a_wrong_value_is_a_400_that_names_the_field(ask: Any, field: str, value: Any, accepted: str) -> None:
    problem = ask("post", "generations", {"prompt": PROMPT} | {field: value}, status=400)

    assert [error["field"] for error in problem["errors"]] == [field]
    assert accepted in problem["errors"][0]["detail"]


def test_a_picture_that_is_not_ones_own_is_not_there(ask: Any) -> None:
    problem = ask("post", "generations", {"prompt": PROMPT, "first_frame": str(uuid4())}, status=404)

    assert problem["errors"][0]["field"] == "first_frame"


def test_a_refused_request_leaves_nothing_behind(ask: Any, creator: Any) -> None:
    before = ledger.balance(creator)
    ask("post", "generations", {"prompt": PROMPT, "model": "sora"}, status=400)

    assert ledger.balance(creator) == before and not Generation.objects.exists()


def test_an_extension_may_not_make_the_clip_too_long(ask: Any) -> None:
    long = ask("post", "generations", {"prompt": PROMPT, "seconds": 119})

    problem = ask("post", f"generations/{long['id']}/extend", {"seconds": 2}, status=400)

    assert problem["code"] == "too-long-together" and "1.0" in problem["detail"]


def test_somebody_elses_generation_is_not_there(ask: Any, api: Any, other: Any) -> None:
    mine = ask("post", "generations", {"prompt": PROMPT})
    theirs = api(other)

    assert theirs.get(f"/api/v1/generations/{mine['id']}").status_code == 404
    for verb in ("cancel", "extend", "rerun"):
        assert theirs.post(f"/api/v1/generations/{mine['id']}/{verb}", {}).status_code == 404


def test_models_are_listed_with_what_they_can_do(ask: Any) -> None:
    (model,) = ask("get", "models")

    assert model["name"] == "tiny" and model["default"] and model["max_seconds"] == 120
    assert "first-frame" in model["can"] and "last-frame" not in model["can"]
    assert model["native"]["frame_rule"] == "4k+1" and model["pro_steps"] > model["steps"]


@pytest.fixture
def asked_for(ask: Any, creator: User) -> tuple[str, str]:
    """The id of a generation, and the token of whoever asked for it."""
    return ask("post", "generations", {"prompt": "一只猴子"})["id"], issue_session(creator)[1]


@pytest.mark.django_db(transaction=True)
async def test_the_seed_in_a_body_that_comes_in_chunks_is_the_seed_of_the_clip(
    asked_for: tuple[str, str],
) -> None:
    generation, token = asked_for

    answer = await asgi.ask(
        "POST",
        f"/api/v1/generations/{generation}/rerun",
        body=[b'{"se', b'ed": 42}'],
        transfer_encoding="chunked",
        content_type="application/json",
        authorization=f"Bearer {token}",
    )

    assert (answer.status, json.loads(answer.body)["seed"]) == (202, 42)
