"""Leases: who holds a job, until when, and how an expired or abandoned one is recognised."""

import os
import socket
import threading
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.db.models import DateTimeField, ExpressionWrapper, Q
from django.db.models.functions import Now


def lease_end() -> ExpressionWrapper:
    """The end of a lease that begins now, by the database's clock: hosts need not agree on the time."""
    span = timedelta(seconds=settings.JOBS_LEASE_SECONDS)
    return ExpressionWrapper(Now() + span, output_field=DateTimeField())


def expired() -> Q:
    return Q(lease_until__lt=Now())


def lease_owner() -> str:
    """This thread of this process of this host."""
    return f"{_host()}/{os.getpid()}/{threading.get_ident()}"


def owner_is_dead(owner: str) -> bool:
    """Whether the process that took a lease is known to be gone; only this host's processes are."""
    here, _, rest = owner.rpartition("/")[0].rpartition("/")
    return here == _host() and rest.isdigit() and not _is_alive(int(rest))


@cache
def _host() -> str:
    """The host, and the process namespace within it: pids mean nothing to the container next door."""
    try:
        space = os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        space = 0
    return f"{socket.gethostname()}/{space}"


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False
