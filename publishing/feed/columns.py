"""The columns that the feed reads, and the JSON it makes of them, both derived from PostSerializer.

A DRF serializer takes longer to show a page of posts than the database takes to find it.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from rest_framework import serializers

from library.links import Reader
from publishing.posts import files
from publishing.posts.serializers import AuthorSerializer, LinkField, OwnersIdField, PostSerializer

FIELDS = PostSerializer().fields
EMPTY = dict.fromkeys(FIELDS)  # a post's JSON, its keys in their order; a published post has no error
DERIVED = serializers.BaseSerializer | serializers.SerializerMethodField | OwnersIdField | LinkField
PLAIN = tuple(name for name, field in FIELDS.items() if not isinstance(field, DERIVED))
OWNERS = tuple(name for name, field in FIELDS.items() if isinstance(field, OwnersIdField))
AUTHOR = tuple(AuthorSerializer.Meta.fields)

OWNERS_AT = len(PLAIN)
AUTHOR_AT = OWNERS_AT + len(OWNERS)
COLUMNS = (
    *PLAIN,
    *(str(FIELDS[name].source) for name in OWNERS),
    *(f"owner__{name}" for name in AUTHOR),
    "owner_id",
    "folder",
)


def as_json(row: Sequence[Any], viewer_id: int, reader: Reader) -> dict[str, Any]:
    """The JSON of the post whose COLUMNS are `row`, as the viewer may see it, with links for `reader`."""
    *author, owner_id, folder = row[AUTHOR_AT:]
    post: dict[str, Any] = EMPTY.copy()
    post.update(zip(PLAIN, row, strict=False))  # PLAIN is the shorter, here and below: it ends the zip
    post["author"] = dict(zip(AUTHOR, author, strict=True))
    if owner_id == viewer_id:
        post.update(zip(OWNERS, row[OWNERS_AT:], strict=False))
    post.update(files.urls(folder, reader))
    return post


def converters(vendor: str) -> dict[int, Callable[[Any], Any]]:
    """What makes Python's values of the driver's, by the position of the column.

    Both give JSON as text. SQLite has no UUIDs and booleans, and its times are in UTC without saying so.
    """
    by_kind: dict[type[serializers.Field], Callable[[Any], Any]] = {serializers.ListField: json.loads}
    if vendor == "sqlite":
        by_kind |= {serializers.UUIDField: UUID, OwnersIdField: UUID}
        by_kind |= {serializers.BooleanField: bool, serializers.DateTimeField: _in_utc}
    kinds = enumerate(type(FIELDS[name]) for name in (*PLAIN, *OWNERS))
    return {position: by_kind[kind] for position, kind in kinds if kind in by_kind}


def _in_utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC)
