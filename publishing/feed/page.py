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

from api.paging import DEFAULT_LIMIT
from creator.models import User
from library.links import Reader
from publishing.feed.columns import COLUMNS, as_json, converters
from publishing.feed.compiled import CompiledQuery
from publishing.feed.cursor import EPOCH, Cursor
from publishing.models import Post

# The values for which those of a request are put into the compiled query: no request has them.
SOME_TIME, SOME_POST, SOMEBODY = EPOCH - timedelta(days=7), UUID(int=7), User(pk=-7)
POST_ID, TIME = Post._meta.pk, Post._meta.get_field("published_at")


def read_page(
    *, viewer: User, reader: Reader, after: Cursor | None, limit: int = DEFAULT_LIMIT
) -> tuple[list[dict[str, Any]], Cursor | None]:
    """Up to `limit` posts as the JSON of PostSerializer, with links for `reader`, and the cursor behind
    them; None at the end."""
    now = timezone.now()
    # One upper bound, not two: SQLite might walk the index from the wrong one.
    published_at, key = (min(now, after.published_at), after.id) if after else (now, None)
    values = _values(connections[Post.objects.db], viewer, published_at, key)
    rows = _query(Post.objects.db, after is not None, limit).run(values)
    posts = [as_json(row, viewer.pk, reader) for row in rows]
    if len(posts) <= limit:
        return posts, None
    return posts[:limit], Cursor(posts[limit - 1]["published_at"], posts[limit - 1]["id"])


@lru_cache(maxsize=256)
def _query(alias: str, is_behind: bool, limit: int) -> CompiledQuery:
    """The newest posts of all, or those behind a cursor; one more than `limit`, to know if there are more."""
    posts = Post.objects.using(alias).listed(SOME_TIME).order_by("-published_at", "-id")
    if is_behind:
        # And-or instead of a row comparison: both databases walk the index from this place on.
        posts = posts.filter(Q(published_at__lt=SOME_TIME) | Q(id__lt=SOME_POST))
    rows = posts.with_likes(SOMEBODY).values_list(*COLUMNS)[: limit + 1]
    marks = _values(connections[alias], SOMEBODY, SOME_TIME, SOME_POST if is_behind else None)
    return CompiledQuery(rows, marks, converters(connections[alias].vendor))


def _values(connection: Any, viewer: User, published_at: datetime, key: UUID | None) -> dict[str, Any]:
    """The open parameters, as the database takes them."""
    values = {"viewer": viewer.pk, "published_at": TIME.get_db_prep_value(published_at, connection)}
    return values | ({"id": POST_ID.get_db_prep_value(key, connection)} if key else {})
