"""Migrations that move data: what failed because its job was cancelled reads cancelled."""

from importlib import import_module

import pytest
from django.apps import apps

from creator.models import User
from library.models import Track
from publishing.models import Post


@pytest.mark.parametrize(
    ("model", "fields", "migration"),
    [
        (Track, {"seconds": 1}, "library.migrations.0003_cancelled_promises"),
        (Post, {}, "publishing.migrations.0002_cancelled_posts"),
    ],
)
def test_only_what_was_cancelled_itself_changes_and_it_changes_back(
    model: type[Track | Post], fields: dict[str, int], migration: str, creator: User
) -> None:
    because = {"params": {"because": {"code": "cancelled"}}}
    errors = (None, {"code": "cancelled"}, {"code": "input-failed", **because})
    rows = [model.objects.create(owner=creator, state="failed", error=error, **fields) for error in errors]
    module = import_module(migration)

    def states() -> list[str]:
        return [model.objects.get(pk=row.pk).state for row in rows]

    module.mark(apps, None)
    assert states() == ["failed", "cancelled", "failed"]
    module.unmark(apps, None)
    assert states() == ["failed", "failed", "failed"]
