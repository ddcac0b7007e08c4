"""How many bytes drafts keep, in all of their revisions."""

import json
from typing import Any

from django.db import migrations, models
from django.db.models import Sum


def count_bytes(apps: Any, schema_editor: Any) -> None:
    revisions, drafts = (apps.get_model("editing", name).objects for name in ("Revision", "Draft"))
    for row in revisions.only("document").iterator(chunk_size=100):
        revisions.filter(pk=row.pk).update(bytes=len(json.dumps(row.document)))
    for draft, held in revisions.values_list("draft").annotate(Sum("bytes")).order_by("draft"):
        drafts.filter(pk=draft).update(bytes=held)


class Migration(migrations.Migration):
    dependencies = [("editing", "0003_revision_seconds")]

    operations = [
        migrations.AddField("draft", "bytes", models.PositiveBigIntegerField(default=0)),
        migrations.AddField(
            "revision", "bytes", models.PositiveIntegerField(default=0), preserve_default=False
        ),
        migrations.RunPython(count_bytes, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex("draft", models.Index(fields=["owner", "bytes"], name="drafts_held")),
    ]
