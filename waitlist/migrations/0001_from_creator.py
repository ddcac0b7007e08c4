"""The line and the invites as the creator room had them; then each entry is given its rank and state."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def fill(apps, schema_editor):
    """The old order, by id, stays: nobody is ranked before somebody of a lower id."""
    rows = apps.get_model("waitlist", "WaitlistEntry").objects.using(schema_editor.connection.alias)
    entries = rows.order_by("id")
    # Who applied in the very instant in which an invite let them in would wait for ever.
    let_in = apps.get_model("creator", "User").objects.filter(pk=OuterRef("user")).values("admitted_at")
    entries.filter(admitted_at=None).update(admitted_at=Subquery(let_in))
    entries.exclude(admitted_at=None).update(state="admitted")
    last, changed = 0, []
    for entry in entries.only("id", "applied_at").iterator(chunk_size=2000):
        moment = entry.applied_at
        whole = int(moment.replace(microsecond=0).timestamp())
        last = entry.rank = max(last, whole * 1_000_000 + moment.microsecond)
        changed.append(entry)
        if len(changed) == 2000:
            entries.bulk_update(changed, ["rank"])
            changed.clear()
    entries.bulk_update(changed, ["rank"])


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('creator', '0007_the_waiting_line_has_its_own_room'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='WaitlistEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reason', models.CharField(blank=True, max_length=500)),
                        ('locale', models.CharField(blank=True, max_length=16)),
                        ('applied_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('admitted_at', models.DateTimeField(blank=True, null=True)),
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='waitlist_entry', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'db_table': 'creator_waitlistentry',
                        'indexes': [models.Index(condition=Q(('admitted_at', None)), fields=['id'], name='waiting_line')],
                    },
                ),
                migrations.CreateModel(
                    name='Invite',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=32, unique=True)),
                        ('uses', models.PositiveIntegerField()),
                        ('used', models.PositiveIntegerField(default=0)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='invites', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'db_table': 'creator_invite',
                        'constraints': [models.CheckConstraint(condition=Q(('used__lte', models.F('uses'))), name='invite_not_overused')],
                    },
                ),
                migrations.CreateModel(
                    name='InviteUse',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('used_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('invite', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='redeemed', to='waitlist.invite')),
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='invite_use', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={'db_table': 'creator_inviteuse'},
                ),
            ],
        ),
        migrations.AlterModelTable('waitlistentry', None),
        migrations.AlterModelTable('invite', None),
        migrations.AlterModelTable('inviteuse', None),
        migrations.RemoveIndex('waitlistentry', 'waiting_line'),
        migrations.AddField('waitlistentry', 'state', models.CharField(choices=[('waiting', 'Waiting'), ('admitted', 'Admitted'), ('left', 'Left'), ('rejected', 'Rejected')], default='waiting', max_length=10)),
        migrations.AddField('waitlistentry', 'rank', models.BigIntegerField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
