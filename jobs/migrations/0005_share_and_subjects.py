"""How much of a job is done, and what it is about, as far as its parameters say that of older ones."""

from typing import Any

from django.db import migrations, models
from django.db.models import F


def tell(apps: Any, editor: Any) -> None:
    jobs = apps.get_model("jobs", "Job").objects
    jobs.filter(state="done").update(share=1.0)
    for job in jobs.only("params").order_by("pk").iterator(chunk_size=500):
        named = {name: job.params[name] for name in ("clip", "generation", "post") if name in job.params}
        if job.params.get("becomes") in ("clip", "track"):
            named[job.params["becomes"]] = job.params["id"]
        if named:
            jobs.filter(pk=job.pk).update(about=named)


class Migration(migrations.Migration):
    dependencies = [("jobs", "0004_jobs_are_deferred")]

    operations = [
        migrations.AddField("job", "share", models.FloatField(default=0.0)),
        migrations.AddField("job", "about", models.JSONField(default=dict)),
        migrations.AddIndex(
            "job", models.Index("kind", "state", F("finished_at").desc(), name="job_recent"),
        ),
        migrations.AddIndex("job", models.Index(fields=["owner", "-id"], name="jobs_of_owner")),
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
