"""The tables stay as they are: `waitlist.0001` takes them over."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('creator', '0006_tokens_have_scopes_and_tickets'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name='InviteUse'),
                migrations.DeleteModel(name='Invite'),
                migrations.DeleteModel(name='WaitlistEntry'),
            ],
        ),
    ]
