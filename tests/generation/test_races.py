"""A clip that is cancelled, deleted, extended, edited and published in the same moment: each is answered."""

from collections.abc import Callable
from typing import Any

import pytest

from creator.credits import ledger
from creator.models import Hold, User
from library.models import Clip, Still
from tests.conftest import Api
from tests.contracts.objects import still
from tests.creator.concurrently import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ROUNDS = 6
ANSWERED = {200, 201, 202, 204, 400, 404, 409, 410, 503}  # 400: an edit names the field whose clip is gone

Act = Callable[[Any, dict[str, Any]], Any]
ACTS: dict[str, Act] = {
    "cancel": lambda client, made: client.post(f"/api/v1/generations/{made['id']}/cancel"),
    "cancel its job": lambda client, made: client.post(f"/api/v1/jobs/{made['clip']['job']['id']}/cancel"),
    "delete": lambda client, made: client.delete(f"/api/v1/generations/{made['id']}"),
    "delete its clip": lambda client, made: client.delete(f"/api/v1/clips/{made['clip']['id']}"),
    "extend": lambda client, made: client.post(f"/api/v1/generations/{made['id']}/extend", {"seconds": 1}),
    "rerun": lambda client, made: client.post(f"/api/v1/generations/{made['id']}/rerun", {}),
    "trim": lambda client, made: client.post(
        f"/api/v1/clips/{made['clip']['id']}/trim", {"start": 0, "end": 0.5}
    ),
    "publish": lambda client, made: client.post("/api/v1/posts", {"clip": made["clip"]["id"]}),
    "look": lambda client, made: client.get(f"/api/v1/generations/{made['id']}"),
}


@pytest.fixture
def creator(person: Callable[..., User]) -> User:
    return person("ming", credits_=100_000)


def test_whatever_is_asked_of_a_clip_that_goes_is_answered(
    api: Api, creator: User, installation: object
) -> None:
    names = [*ACTS]
    for _ in range(ROUNDS):
        made = api(creator).post("/api/v1/generations", {"prompt": "一只狗", "seconds": 1}).json()

        def act(number: int, made: dict[str, Any] = made) -> Any:
            return ACTS[names[number]](api(creator), made)

        answers = together(act, len(names))

        broken = {
            name: answer
            for name, answer in zip(names, answers, strict=True)
            if getattr(answer, "status_code", 500) not in ANSWERED
        }
        assert broken == {}
        assert not Clip.objects.filter(pk=made["clip"]["id"]).exists()

    held = sum(Hold.objects.filter(state=Hold.State.OPEN).values_list("amount", flat=True))
    assert ledger.balance(creator) == (100_000 - held, held)


def test_a_picture_that_goes_while_a_clip_is_asked_for_of_it(
    api: Api, creator: User, installation: object
) -> None:
    for _ in range(ROUNDS):
        picture: Still = still(creator)
        asked = {"prompt": "一只狗", "seconds": 1, "first_frame": str(picture.pk)}

        def act(number: int, asked: dict[str, Any] = asked, key: Any = picture.pk) -> Any:
            client = api(creator)
            return (
                client.post("/api/v1/generations", asked)
                if number
                else client.delete(f"/api/v1/stills/{key}")
            )

        answers = together(act, 2)

        assert {getattr(answer, "status_code", answer) for answer in answers} <= ANSWERED


def test_a_draft_that_goes_while_it_is_worked_on_is_answered(
    api: Api, creator: User, installation: object
) -> None:
    made = api(creator).post("/api/v1/generations", {"prompt": "一只狗", "seconds": 1}).json()
    clips = [{"clip": made["clip"]["id"], "start": 0, "end": 0.5}]
    first = {"version": 1, "canvas": {"aspect": "16:9", "fps": 30}, "clips": clips}
    second = first | {"canvas": {"aspect": "9:16", "fps": 30}}

    for _ in range(ROUNDS):
        draft = api(creator).post("/api/v1/drafts", {"document": first}).json()["id"]

        def act(number: int, address: str = f"/api/v1/drafts/{draft}") -> Any:
            client = api(creator)
            acts = (
                lambda: client.delete(address),
                lambda: client.delete(address),
                lambda: client.patch(address, {"document": second}),
                lambda: client.post(f"{address}/undo"),
                lambda: client.post(f"{address}/preview"),
                lambda: client.post(f"{address}/revisions/1/restore"),
            )
            return acts[number]()

        answers = together(act, 6)

        assert {getattr(answer, "status_code", answer) for answer in answers} <= ANSWERED
        assert api(creator).get(f"/api/v1/drafts/{draft}").status_code == 404
