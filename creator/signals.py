"""What other rooms may want to know about a person."""

from django.dispatch import Signal

# Sent with `user` before the transaction that deletes them: what takes long to delete, delete here, in steps.
account_leaving = Signal()

# Sent with `user`, inside the transaction that deletes them and before their rows are gone:
# stop what is running, and remove files with transaction.on_commit.
account_deleting = Signal()

# Sent with `user`, inside the transaction after which everybody may see something of theirs; perhaps again.
published = Signal()

# Sent with `user`, inside the transaction that suspends them: stop what is running for them.
account_suspending = Signal()
