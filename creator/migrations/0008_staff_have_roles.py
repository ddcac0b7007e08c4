from django.db import migrations, models


def give(apps, schema_editor):
    """Whoever was staff could do all that staff can."""
    users = apps.get_model("creator", "User").objects.using(schema_editor.connection.alias)
    users.filter(is_staff=True).update(given_roles=["support", "admission"])


class Migration(migrations.Migration):

    dependencies = [
        ('creator', '0007_the_waiting_line_has_its_own_room'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='given_roles',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
