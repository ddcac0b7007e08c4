from django.db import migrations

IN_SPEC = (
    "prompt", "negative_prompt", "seconds", "aspect", "resolution", "seed", "steps", "guidance", "quality",
    "camera", "scenes", "understood", "first_frame", "last_frame", "begins_from",
)


class Migration(migrations.Migration):
    dependencies = [("generation", "0006_move_into_spec")]

    operations = [
        *(migrations.RemoveField("generation", name) for name in IN_SPEC),
        migrations.DeleteModel("Keyframe"),
    ]
