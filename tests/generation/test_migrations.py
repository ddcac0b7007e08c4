"""Rows that were written before the request was kept as a whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from generation.models import Generation

PARSED = {"prompt": "a dog", "drew": {"subject": "dog"}, "said": {}, "missing": [], "scenes": {"zh": "狗"}}
SCENE = {"at": 1.0, "prompt": "公园", "understood": PARSED}
STILL = {"width": 8, "height": 8, "content_type": "image/png", "key": "k", "sha256": "0"}
CLIP = {"origin": "generation", "width": 1280, "height": 720, "fps": 30, "seconds": 2.0}
ASKED: dict[str, Any] = {
    "model": "tiny",
    "prompt": "一只狗",
    "negative_prompt": "blurry",
    "seconds": 2.0,
    "aspect": "9:16",
    "resolution": "540p",
    "seed": 7,
    "steps": 9,
    "guidance": 2.5,
    "quality": "pro",
    "camera": "pan-left",
    "cost": 4,
}


@pytest.fixture
def alias(tmp_path: Path, django_db_blocker: Any) -> Iterator[str]:
    """A database of its own, as it was before."""
    connections.databases["before"] = {
        **connections.databases["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(tmp_path / "before.sqlite3"),
        "OPTIONS": {},
    }
    with django_db_blocker.unblock():
        MigrationExecutor(connections["before"]).migrate([("generation", "0004_scenes")])
        yield "before"
        connections["before"].close()
    del connections["before"], connections.databases["before"]


def migrate(alias: str) -> None:
    executor = MigrationExecutor(connections[alias])
    executor.migrate([key for key in executor.loader.graph.leaf_nodes() if key[0] == "generation"])


class Before:
    """Rows of then."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.apps = (
            MigrationExecutor(connections[alias]).loader.project_state([("generation", "0004_scenes")]).apps
        )
        self.owner = self.create("creator", "User", handle="ming")

    def create(self, room: str, name: str, **fields: Any) -> Any:
        return self.apps.get_model(room, name).objects.using(self.alias).create(**fields)

    def clip(self) -> Any:
        return self.create("library", "Clip", owner=self.owner, **CLIP)

    def still(self) -> Any:
        return self.create("library", "Still", owner=self.owner, **STILL)

    def generation(self, **fields: Any) -> Any:
        fields = {"clip": self.clip(), **ASKED, **fields}
        return self.create("generation", "Generation", owner=self.owner, **fields)


def test_what_the_columns_said_is_in_the_spec(alias: str) -> None:
    before = Before(alias)
    first, way, source = before.still(), before.still(), before.clip()
    row = before.generation(first_frame=first, extends=source, begins_from=["first_frame", "extends"])
    before.generation(scenes=[SCENE], understood=PARSED)
    before.create("generation", "Keyframe", generation=row, still=way, at=0.5)

    migrate(alias)

    full, told = Generation.objects.using(alias).order_by("pk")
    spec = full.spec
    assert {name: getattr(spec, name) for name in ASKED.keys() - {"model", "cost", "resolution"}} == {
        name: value for name, value in ASKED.items() if name not in {"model", "cost", "resolution"}
    }
    assert (spec.short_side, spec.fps, full.model, full.cost) == (540, 30, "tiny", 4)
    assert (spec.first_frame, spec.last_frame, spec.extends) == (str(first.pk), None, str(source.pk))
    assert [(each.at, each.still) for each in spec.keyframes] == [(0.5, str(way.pk))]
    assert full.gone == [] and {still.pk for still in full.stills.all()} == {first.pk, way.pk}
    assert told.spec.understood and told.spec.understood.rewritten_prompt == "a dog"
    assert told.spec.scenes[0].understood == told.spec.understood


def test_what_was_gone_before_is_gone_still(alias: str) -> None:
    before = Before(alias)
    row = before.generation(begins_from=["first_frame", "extends"])
    before.create("generation", "Keyframe", generation=row, still=None, at=0.5)
    source = UUID(int=5)
    before.create("library", "Provenance", clip=row.clip, source=None, source_key=source, relation="extend")

    migrate(alias)

    (row,) = Generation.objects.using(alias)
    assert row.gone == ["first_frame", "extends", "keyframe 0.5"] and row.spec.extends == str(source)
    assert row.current_spec.first_frame is None and row.current_spec.extends is None
    assert [(each.at, each.still) for each in row.current_spec.keyframes] == [(0.5, None)]
