"""The feed by keyset paging: newest first, as fast at depth 90,000 as on page one, no post twice.

A cursor names the last post seen, by its time and id; it is not a number of posts to skip.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Q
from django.utils import timezone

from creator.models import User
from publishing.feed.cursor import EPOCH, Cursor
from publishing.feed.prepared import Prepared
from publishing.models import Post
from publishing.posts import files

DEFAULT_LIMIT, MAX_LIMIT = 20, 100
# The values for which those of a request are put into the compiled query: no request has them.
SOME_TIME, SOME_POST, SOMEBODY = EPOCH - timedelta(days=7), UUID(int=7), User(pk=-7)
POST_ID = Post._meta.pk
COLUMNS = (
    "id",
    "title",
    "tags",
    "visibility",
    "cover_seconds",
    "publish_at",
    "published_at",
    "created_at",
    "clip_id",
    "job_id",
    "folder",
    "width",
    "height",
    "seconds",
    "owner_id",
    "owner__handle",
    "owner__display_name",
    "likes",
    "liked",
)


def read_page(
    *, viewer: User, after: Cursor | None, limit: int = DEFAULT_LIMIT
) -> tuple[list[dict[str, Any]], Cursor | None]:
    """Up to `limit` posts as the JSON of PostSerializer, and the cursor behind them; None at the end."""
    connection = connections[Post.objects.db]
    now = timezone.now()
    # One upper bound, not two: SQLite might walk the index from the wrong one.
    shown_at, key = (min(now, after.published_at), after.id) if after else (now, None)
    asked = _asked(connection, viewer.pk, shown_at, key)
    rows = _query(Post.objects.db, after is not None, limit).run(asked)
    shown = [_as_json(viewer.pk, *row) for row in rows]
    if len(shown) <= limit:
        return shown, None
    return shown[:limit], Cursor(shown[limit - 1]["published_at"], shown[limit - 1]["id"])


@lru_cache(maxsize=256)
def _query(alias: str, is_behind: bool, limit: int) -> Prepared:
    """The newest posts of all, or those behind a place; one more than `limit`, to know if there are more."""
    posts = Post.objects.using(alias).listed(SOME_TIME).order_by("-published_at", "-id")
    if is_behind:
        # And-or instead of a row comparison: both databases walk the index from this place on.
        posts = posts.filter(Q(published_at__lt=SOME_TIME) | Q(id__lt=SOME_POST))
    rows = posts.with_likes(SOMEBODY).values_list(*COLUMNS)[: limit + 1]
    marks = _asked(connections[alias], SOMEBODY.pk, SOME_TIME, SOME_POST if is_behind else None)
    return Prepared(rows, marks)


def _asked(connection: Any, viewer_id: int, shown_at: datetime, key: UUID | None) -> dict[str, Any]:
    """The open parameters, as the database takes them."""
    values = {"viewer": viewer_id, "shown_at": connection.ops.adapt_datetimefield_value(shown_at)}
    return values | ({"id": POST_ID.get_db_prep_value(key, connection)} if key else {})


def _as_json(
    viewer_id: Any,
    id: UUID,
    title: str,
    tags: list[str],
    visibility: str,
    cover_seconds: float,
    publish_at: datetime | None,
    published_at: datetime,
    created_at: datetime,
    clip: UUID | None,
    job: UUID | None,
    folder: str,
    width: int,
    height: int,
    seconds: float,
    owner_id: Any,
    handle: str,
    display_name: str,
    likes: int,
    liked: bool,
) -> dict[str, Any]:
    return {
        "id": id,
        "state": "published",
        "title": title,
        "tags": tags,
        "visibility": visibility,
        "cover_seconds": cover_seconds,
        "publish_at": publish_at,
        "published_at": published_at,
        "created_at": created_at,
        "author": {"handle": handle, "display_name": display_name},
        "clip": clip if owner_id == viewer_id else None,
        "job": job if owner_id == viewer_id else None,
        "error": None,
        "width": width,
        "height": height,
        "seconds": seconds,
        **files.urls(folder),
        "likes": likes,
        "liked": bool(liked),
    }
