"""An app that registers the toy jobs, for workers in processes of their own."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:  # it leads to models, which no app may import before all are there
    from jobs.worker.handlers import Run

DAWDLE = 120.0  # seconds; nobody waits for it to end


class ToyConfig(AppConfig):
    name = "tests.jobs"
    label = "toys"

    def ready(self) -> None:
        from tests.jobs import toys

        toys.script |= {"dawdle": _dawdle, "dawdle once": _dawdle_once}
        toys.script |= {"hang": _hang, "seize": _seize}


def _dawdle(run: Run) -> None:
    from fixtures.waiting import until

    until(lambda: run.check(), within=DAWDLE)


def _dawdle_once(run: Run) -> None:
    if run.checkpoint:
        return
    run.save(begun=True)
    _dawdle(run)


def _hang(run: Run) -> None:
    """In a read that never returns, as from a share that is gone."""
    pipe = run.workdir / "pipe"
    os.mkfifo(pipe)
    run.save(begun=True)
    pipe.open().read()


def _seize(run: Run) -> None:
    """The same in a call that keeps the interpreter's lock: no thread of this process runs any more."""
    run.save(begun=True)
    ctypes.PyDLL(None).pause()
