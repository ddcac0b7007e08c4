"""How long each document plays, kept beside it. Computed from the JSON as it was written at this time."""

from itertools import pairwise
from typing import Any

from django.db import migrations, models

RAMP_STEPS = 16


def keep_seconds(apps: Any, schema_editor: Any) -> None:
    revisions = apps.get_model("editing", "Revision").objects
    for row in revisions.only("document").iterator(chunk_size=100):
        revisions.filter(pk=row.pk).update(seconds=round(_seconds(row.document), 3))


def _seconds(document: dict[str, Any]) -> float:
    cuts = document["clips"]
    overlaps = sum(cut["transition"].get("seconds", 0.5) for cut in cuts if cut.get("transition"))
    return float(sum(map(_played, cuts)) - overlaps)


def _played(cut: dict[str, Any]) -> float:
    if cut.get("freeze") is not None:
        return float(cut["freeze"])
    length, speed = cut["end"] - cut.get("start", 0), cut.get("speed", 1)
    if not isinstance(speed, list):
        return float(length / speed)
    return float(sum(_between(one, other, length) for one, other in pairwise(speed)))


def _between(one: dict[str, Any], other: dict[str, Any], length: float) -> float:
    count = RAMP_STEPS if one["speed"] != other["speed"] else 1
    part, change = (other["at"] - one["at"]) * length / count, other["speed"] - one["speed"]
    speeds = (one["speed"] + change * (2 * step + 1) / (2 * count) for step in range(count))
    return sum(part / max(0.001, round(speed, 3)) for speed in speeds)


class Migration(migrations.Migration):
    dependencies = [("editing", "0002_revision_name")]

    operations = [
        migrations.AddField("revision", "seconds", models.FloatField(default=0), preserve_default=False),
        migrations.RunPython(keep_seconds, migrations.RunPython.noop, elidable=True),
    ]
