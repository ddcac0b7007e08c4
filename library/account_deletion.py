"""When a person leaves, their files leave with them."""

from functools import partial
from typing import Any

from django.db import transaction

from creator.models import User
from jobs.models import Job
from library import storage
from library.models import Clip, Still, Track
from library.upload import receive


def forget(*, user: User, **_: Any) -> None:
    """Remove every file in `user`'s library once it is certain that they leave; their rows go with them."""
    owned = (thing for model in (Clip, Still, Track) for thing in model.objects.filter(owner=user))
    keys = [key for thing in owned for key in thing.keys]
    raw = Job.objects.filter(owner=user, kind=receive.KIND).values_list("params__raw", flat=True)
    transaction.on_commit(partial(storage.remove, *keys, *raw))
