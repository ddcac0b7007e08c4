"""Toy kinds of job: handlers that do what the test puts in `script`."""

from collections.abc import Callable
from typing import Any

from jobs.models import Job
from jobs.worker.handlers import Cost, Handler, Run, register

script: dict[str, Callable[[Run], Any]] = {}  # by params["act"]
hooks_run: list[tuple[str, Any, Any]] = []  # (hook, job, its argument), in order
discarded: list[Any] = []


class Toy(Handler):
    """Does `script[params["act"]]`, or nothing; notes the hooks that ran in `hooks_run`."""

    def estimate(self, params: dict[str, Any]) -> Cost:
        return Cost(params.get("seconds", 1.0))

    def work(self, run: Run) -> Any:
        act = script.get(run.params.get("act", ""))
        return act(run) if act else "nothing"

    def discard(self, result: Any) -> None:
        discarded.append(result)

    def done(self, job: Job, result: Any) -> None:
        hooks_run.append(("done", job.pk, result))
        if result == "break done":
            raise RuntimeError("the hook broke")

    def failed(self, job: Job, error: dict[str, Any]) -> None:
        hooks_run.append(("failed", job.pk, error["code"]))

    def retried(self, job: Job) -> None:
        hooks_run.append(("retried", job.pk, None))


@register
class CpuToy(Toy):
    kind, pool = "toy", "cpu"


@register
class GpuToy(Toy):
    kind, pool, attempts = "toy.gpu", "gpu", 2
