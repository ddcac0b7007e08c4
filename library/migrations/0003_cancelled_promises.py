"""Clips and tracks whose job was cancelled read cancelled; until now they read failed."""

from typing import Any

from django.db import migrations, models

CANCELLED = {"error__code": "cancelled"}  # of the job's own error, as it was kept on what it made


def mark(apps: Any, schema_editor: Any) -> None:
    for name in ("Clip", "Track"):
        rows = apps.get_model("library", name).objects.filter(state="failed", **CANCELLED)
        rows.update(state="cancelled")


def unmark(apps: Any, schema_editor: Any) -> None:
    for name in ("Clip", "Track"):
        apps.get_model("library", name).objects.filter(state="cancelled").update(state="failed")


class Migration(migrations.Migration):

    dependencies = [
        ('library', '0002_previews'),
    ]

    operations = [
        migrations.AlterField(
            model_name='clip',
            name='state',
            field=models.CharField(choices=[('pending', 'Pending'), ('ready', 'Ready'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='pending', max_length=16),
        ),
        migrations.AlterField(
            model_name='track',
            name='state',
            field=models.CharField(choices=[('pending', 'Pending'), ('ready', 'Ready'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='pending', max_length=16),
        ),
        migrations.RunPython(mark, unmark),
    ]
