"""The feed: what is in it, in which order, page after page; and the likes it counts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django
import pytest
from django.utils import timezone

from creator.models import User
from library.models import Clip
from publishing.models import FOLD_EVERY, LikeDelta, Post
from tests.conftest import Api

pytestmark = pytest.mark.django_db
Posted = Callable[..., Post]


def _ids(page: dict[str, Any]) -> list[str]:
    return [post["id"] for post in page["results"]]


def _like_url(post: Post) -> str:
    return f"/api/v1/posts/{post.pk}/like"


def test_the_newest_comes_first_and_the_last_page_says_so(api: Api, creator: User, posted: Posted) -> None:
    posts = [posted(creator, minutes=minutes) for minutes in (3, 1, 2)]

    first = api(creator).get("/api/v1/feed?tab=latest&limit=2").json()
    second = api(creator).get(first["next"]).json()

    assert _ids(first) == [str(posts[1].pk), str(posts[2].pk)]
    assert (_ids(second), second["next"]) == ([str(posts[0].pk)], None)


def test_posts_of_the_same_instant_are_all_shown_once(api: Api, creator: User, posted: Posted) -> None:
    instant = timezone.now() - timedelta(minutes=1)
    posts = {str(posted(creator, published_at=instant).pk) for _ in range(7)}

    client, url, seen = api(creator), "/api/v1/feed?limit=2", []
    while url:
        page = client.get(url).json()
        seen += _ids(page)
        url = page["next"]

    assert len(seen) == 7
    assert set(seen) == posts


def test_a_reader_sees_each_post_once_while_others_publish_and_withdraw(
    api: Api, creator: User, other: User, posted: Posted
) -> None:
    old = [posted(creator, minutes=minutes) for minutes in range(1, 12)]
    client, url, seen = api(other), "/api/v1/feed?limit=3", []
    while url:
        page = client.get(url).json()
        seen += _ids(page)
        url = page["next"]
        posted(creator, minutes=0)
        Post.objects.filter(pk=seen[0]).update(state="withdrawn")

    assert seen == [str(post.pk) for post in old]


def test_only_what_is_out_and_public_is_in_it(api: Api, creator: User, posted: Posted) -> None:
    posted(creator, visibility="private")
    posted(creator, visibility="unlisted")
    posted(creator, minutes=-5)
    for state in ("pending", "failed", "cancelled", "withdrawn"):
        posted(creator, state=state)
    shown = posted(creator)

    assert _ids(api(creator).get("/api/v1/feed").json()) == [str(shown.pk)]


@pytest.mark.postgres
def test_the_fast_way_tells_what_the_ordinary_way_tells(
    api: Api, creator: User, other: User, posted: Posted, filmed: Callable[..., Clip]
) -> None:
    clip = filmed(creator)
    assert clip.job
    shape = {"folder": "posts/1/a/", "publish_at": timezone.now(), "width": 720}
    post = posted(creator, tags=["龙舟"], clip=clip, job=clip.job, **shape)
    api(other).post(_like_url(post))

    for viewer in (creator, other):
        [shown] = api(viewer).get("/api/v1/feed").json()["results"]
        ordinary = api(viewer).get(f"/api/v1/posts/{post.pk}").json()
        assert list(shown.items()) == list(ordinary.items())
        assert (shown["clip"], shown["job"]) == (
            (str(clip.pk), str(clip.job.pk)) if viewer == creator else (None, None)
        )


def test_this_django_is_one_that_the_compiled_query_was_seen_with() -> None:
    seen_with = [(5, 2)]

    assert django.VERSION[:2] in seen_with, (
        "publishing/feed/compiled.py calls Query.sql_with_params, which Django does not document. Run "
        "tests/publishing with this version, on SQLite and with `-m postgres --postgres`, and add it here "
        "where they pass. Should it be gone: docs/decisions/0005 says what else was measured."
    )


def test_one_query_makes_a_page_however_long(
    api: Api, creator: User, posted: Posted, django_assert_num_queries: Any
) -> None:
    for minutes in range(1, 31):
        posted(creator, minutes=minutes)
    client = api(creator)

    with django_assert_num_queries(1):
        assert len(client.get("/api/v1/feed?limit=30").json()["results"]) == 30


@pytest.mark.parametrize(
    "asked", ["cursor=abc", "cursor=%FF", "cursor=AAAA", "limit=0", "limit=x", "tab=hot"]
)
def test_what_the_feed_cannot_read_it_refuses(api: Api, creator: User, asked: str) -> None:
    answer = api(creator).get(f"/api/v1/feed?{asked}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == asked.split("=")[0]


def test_a_cursor_changed_by_one_letter_is_refused(api: Api, creator: User, posted: Posted) -> None:
    posted(creator, minutes=1)
    posted(creator, minutes=2)
    url = api(creator).get("/api/v1/feed?limit=1").json()["next"]
    start = url.index("cursor=") + 9
    forged = url[:start] + ("A" if url[start] != "A" else "B") + url[start + 1 :]

    assert api(creator).get(forged).json()["code"] == "cursor-invalid"


def test_liking_twice_is_liking_once_and_can_be_taken_back(
    api: Api, creator: User, other: User, posted: Posted
) -> None:
    post = posted(creator)
    api(creator).post(_like_url(post))
    told = [api(other).post(_like_url(post)).json() for _ in range(2)]

    assert [(each["likes"], each["liked"]) for each in told] == [(2, True)] * 2
    [shown] = api(creator).get("/api/v1/feed").json()["results"]
    assert (shown["likes"], shown["liked"]) == (2, True)

    told = [api(other).delete(_like_url(post)).json() for _ in range(2)]
    assert [(each["likes"], each["liked"]) for each in told] == [(1, False)] * 2


def test_folding_likes_into_the_row_changes_no_count(
    api: Api,
    creator: User,
    person: Callable[..., User],
    posted: Posted,
    django_capture_on_commit_callbacks: Any,
) -> None:
    post, idle = posted(creator), posted(creator)
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(FOLD_EVERY + 3):
            api(person(f"fan{number}", credits_=0)).post(_like_url(post))
    idle.fold_likes()

    assert LikeDelta.objects.count() <= FOLD_EVERY
    assert api(creator).get(f"/api/v1/posts/{post.pk}").json()["likes"] == FOLD_EVERY + 3
    post.fold_likes()
    post.refresh_from_db()
    assert (post.likes_folded, LikeDelta.objects.count()) == (FOLD_EVERY + 3, 0)
    assert api(creator).get(f"/api/v1/posts/{post.pk}").json()["likes"] == FOLD_EVERY + 3


def test_the_likes_of_a_person_who_leaves_are_no_longer_counted(
    api: Api, creator: User, other: User, posted: Posted
) -> None:
    post = posted(creator)
    api(creator).post(_like_url(post))
    api(other).post(_like_url(post))
    other.delete()

    assert api(creator).get(f"/api/v1/posts/{post.pk}").json()["likes"] == 1


def test_a_profile_shows_what_others_may_come_across(
    api: Api, creator: User, other: User, posted: Posted
) -> None:
    public = posted(creator)
    posted(creator, visibility="unlisted")
    posted(other)
    api(other).post(_like_url(public))

    profile = api(other).get("/api/v1/creators/ming").json()
    posts = api(other).get("/api/v1/creators/ming/posts").json()

    assert profile == {"handle": "ming", "display_name": "", "posts": 1, "likes": 1}
    assert _ids(posts) == [str(public.pk)]
    assert api(other).get("/api/v1/creators/nobody").status_code == 404
