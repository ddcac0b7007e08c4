"""Posts whose packaging was cancelled read cancelled; until now they read failed."""

from typing import Any

from django.db import migrations, models


def mark(apps: Any, schema_editor: Any) -> None:
    posts = apps.get_model("publishing", "Post").objects
    posts.filter(state="failed", error__code="cancelled").update(state="cancelled")


def unmark(apps: Any, schema_editor: Any) -> None:
    apps.get_model("publishing", "Post").objects.filter(state="cancelled").update(state="failed")


class Migration(migrations.Migration):

    dependencies = [
        ('publishing', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='post',
            name='state',
            field=models.CharField(choices=[('pending', 'Pending'), ('published', 'Published'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('withdrawn', 'Withdrawn')], default='pending', max_length=10),
        ),
        migrations.RunPython(mark, unmark),
    ]
