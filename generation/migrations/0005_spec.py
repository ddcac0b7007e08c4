from django.db import migrations, models


class Migration(migrations.Migration):
    """Room for the request as a whole; the next one moves what the columns say into it."""

    dependencies = [
        ("generation", "0004_scenes"),
        ("library", "0002_previews"),
    ]

    operations = [
        migrations.AddField("generation", "spec", models.JSONField(default=dict), preserve_default=False),
        migrations.AddField(
            "generation", "stills", models.ManyToManyField(related_name="+", to="library.still")
        ),
    ]
