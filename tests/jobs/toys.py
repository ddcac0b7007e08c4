"""Kinds of job that do as a test tells them: the smallest handlers there can be."""

from collections.abc import Callable
from typing import Any

from jobs.models import Job
from jobs.worker.handlers import Handler, Run, register

script: dict[str, Callable[[Run], Any]] = {}  # by params["act"]
heard: list[tuple[str, Any, Any]] = []  # what the hooks were told


class Toy(Handler):
    """Does `script[params["act"]]`, or nothing; writes down what its hooks hear."""

    def work(self, run: Run) -> Any:
        act = script.get(run.params.get("act", ""))
        return act(run) if act else "nothing"

    def done(self, job: Job, result: Any) -> None:
        heard.append(("done", job.pk, result))
        if result == "break done":
            raise RuntimeError("the hook broke")

    def failed(self, job: Job, error: dict[str, Any]) -> None:
        heard.append(("failed", job.pk, error["code"]))

    def retried(self, job: Job) -> None:
        heard.append(("retried", job.pk, None))


@register
class CpuToy(Toy):
    kind, pool = "toy", "cpu"


@register
class GpuToy(Toy):
    kind, pool, attempts = "toy.gpu", "gpu", 2
