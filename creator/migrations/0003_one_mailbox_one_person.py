"""One spelling for each mailbox and phone that people sign in with.

Of several accounts of one mailbox the oldest keeps it. The others keep their address as it is spelt and sign in
by exactly that spelling, so nobody loses what is theirs. Of several accounts of one number the oldest keeps it,
too; the others' spelling is no longer taken, and whoever runs the place can give them another.
"""

from django.db import migrations, models

import errors
from creator.accounts.addresses import normalize_email, normalize_phone


def fill(apps, schema_editor):
    people = apps.get_model("creator", "User").objects
    for user in people.exclude(email=None).order_by("pk").iterator():
        give_mailbox(people, user)
    for user in people.exclude(phone=None).order_by("pk").iterator():
        give_number(people, user)


def give_mailbox(people, user):
    try:
        found = normalize_email(user.email)
    except errors.Invalid:
        return
    changes = {}
    if not people.filter(mailbox=found.mailbox).exists():
        changes["mailbox"] = found.mailbox
    if not people.filter(email=found.text).exists():
        changes["email"] = found.text
    if changes:
        people.filter(pk=user.pk).update(**changes)


def give_number(people, user):
    try:
        # digits of other scripts were taken before, each as a number of its own
        number = normalize_phone("".join(str(int(char)) if char.isdecimal() else char for char in user.phone))
    except errors.Invalid:
        return
    if number != user.phone and not people.filter(phone=number).exists():
        people.filter(pk=user.pk).update(phone=number)


class Migration(migrations.Migration):

    dependencies = [
        ('creator', '0002_staff_actions'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='mailbox',
            field=models.CharField(blank=True, editable=False, max_length=254, null=True, unique=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
