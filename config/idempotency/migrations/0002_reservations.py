"""Answers belong to a session or API key, and are reserved before they are there.

Those that were kept until now (for a week at most) are dropped: whose they were is known only as a digest.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("idempotency", "0001_initial"),
        ("creator", "0001_initial"),
    ]

    operations = [
        migrations.DeleteModel("KeptAnswer"),
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=255)),
                ("request", models.CharField(max_length=64)),
                ("lease", models.UUIDField(default=uuid.uuid4)),
                ("lease_until", models.DateTimeField()),
                ("acted", models.BooleanField(default=False)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("content_type", models.CharField(default="", max_length=100)),
                ("body", models.BinaryField(default=b"")),
                ("secret", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("owner", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("token", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="creator.token")),
            ],
            options={
                "indexes": [models.Index(fields=["owner", "-id"], name="answers_of_owner")],
                "constraints": [models.UniqueConstraint(fields=("token", "key"), name="one_answer_per_key")],
            },
        ),
    ]
