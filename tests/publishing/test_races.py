"""What must hold when many publish, like and withdraw in the same moment."""

from collections.abc import Callable
from typing import Any

import pytest

from creator.models import User
from library.models import Clip
from publishing import models
from publishing.models import Like, Post
from tests.conftest import Api
from tests.creator.concurrently import together
from tests.publishing.kept import stored

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
HANDS = 12


def test_a_hot_posts_count_is_exact_while_it_is_liked_and_folded(
    api: Api, creator: User, person: Callable[..., User], posted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "FOLD_EVERY", 3)
    post, fans = posted(creator), [person(f"fan{number}", credits_=0) for number in range(HANDS)]
    url = f"/api/v1/posts/{post.pk}/like"

    def waver(number: int) -> list[int]:
        client = api(fans[number])
        asks = [client.post, client.post, client.delete, client.delete, client.post]
        return [ask(url).status_code for ask in (asks if number % 2 else asks[:4])]

    answers = together(waver, HANDS)

    assert {status for answer in answers for status in answer} == {200}
    told = api(creator).get(f"/api/v1/posts/{post.pk}").json()["likes"]
    assert told == Like.objects.filter(post=post).count() == HANDS // 2


def test_one_person_who_likes_with_many_hands_likes_once(api: Api, creator: User, posted: Any) -> None:
    post = posted(creator)

    together(lambda number: api(creator).post(f"/api/v1/posts/{post.pk}/like"), HANDS)

    assert api(creator).get(f"/api/v1/posts/{post.pk}").json()["likes"] == 1


def test_a_like_taken_back_by_many_hands_is_taken_back_once(
    api: Api, creator: User, other: User, posted: Any
) -> None:
    post = posted(creator)
    for person in (creator, other):
        api(person).post(f"/api/v1/posts/{post.pk}/like")

    together(lambda number: api(creator).delete(f"/api/v1/posts/{post.pk}/like"), HANDS)

    assert api(creator).get(f"/api/v1/posts/{post.pk}").json()["likes"] == 1


def test_a_clip_published_by_many_hands_is_one_post_with_one_job(
    api: Api, creator: User, filmed: Callable[..., Clip]
) -> None:
    clip = filmed(creator)

    answers = together(lambda number: api(creator).post("/api/v1/posts", {"clip": str(clip.pk)}), HANDS)

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Post.objects.count() == 1
    assert creator.jobs.filter(kind="publishing.package").count() == 1


def test_withdrawing_and_finishing_at_once_ends_withdrawn_and_without_files(
    api: Api, creator: User, filmed: Callable[..., Clip], work_all: Callable[..., int]
) -> None:
    for _ in range(3):
        post = api(creator).post("/api/v1/posts", {"clip": str(filmed(creator).pk)}).json()

        def work_or_withdraw(number: int, url: str = f"/api/v1/posts/{post['id']}") -> Any:
            return work_all() if number else api(creator).delete(url).status_code

        together(work_or_withdraw, 2)
        work_all()

        assert Post.objects.get(pk=post["id"]).state == "withdrawn"
        assert stored(post) == []
