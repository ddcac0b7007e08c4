"""One class per kind of job: what to do, and what follows from how it ends."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from api.raises import ApiError, declared_errors
from jobs.cost import Cost
from jobs.models import Job
from jobs.worker.run import Run

__all__ = ["Cost", "Handler", "Run", "errors_of_retried", "of", "register"]


class Handler(ABC):
    """Subclass, set `kind` and `pool`, and `register`.

    `work` may run twice (a worker died, a lease ran out): whatever it does outside its `run.workdir` must
    bear that. `done`, `failed` and `retried` run exactly once per move, inside the move's transaction.
    """

    kind: ClassVar[str]
    pool: ClassVar[str]  # "gpu" | "cpu"
    attempts: ClassVar[int] = 3
    events: ClassVar[Mapping[str, type]] = {}  # of its own, by kind: the TypedDict of what each tells

    @abstractmethod
    def estimate(self, params: dict[str, Any]) -> Cost:
        """What a job with these `params` costs, from them alone: it is asked in a web process, within the
        transaction that submits the job. Its owner's allowance, its time-out and its refusal follow from it,
        and from its stages the share of it that is done.
        """

    @abstractmethod
    def work(self, run: Run) -> Any:
        """Do it, outside any transaction; what it returns is passed to `done`.

        A DomainError fails the job at once; another exception is tried again, `attempts` times in all, or
        that many times since an attempt last saved something new.
        """

    @abstractmethod
    def done(self, job: Job, result: Any) -> None:
        """Inside the transaction that makes the job done: short, database only."""

    @abstractmethod
    def failed(self, job: Job, error: dict[str, Any]) -> None:
        """Inside the transaction that fails or cancels the job; see `jobs.errors.is_cancellation`."""

    def discard(self, result: Any) -> None:  # noqa: B027 (nothing outside its folder, for most)
        """Remove what `work` stored and returned as `result`: the job ended another way meanwhile, or is
        gone. Not what another attempt has made use of."""

    def told(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        """The `data` of one of its `events`, in the active language."""
        return data

    def before_retry(self, job: Job) -> None:  # noqa: B027 (nothing to look at, for most)
        """Before that transaction: look whether what it needs is there, in files or by reading a document.

        Raises a DomainError, as `retried` does, where it is not.
        """

    def retried(self, job: Job) -> None:  # noqa: B027 (nothing to undo, for most)
        """Inside the transaction that queues a failed job again: take back what `failed` did.

        Database only. Raises a DomainError, and the job stays failed, where that cannot be: ResultGone, the
        credits are not there, what it is made from was deleted. `api.raises` declares which.
        """


_handlers: dict[str, Handler] = {}
H = TypeVar("H", bound=type[Handler])


def register(handler: H) -> H:
    """Class decorator: jobs of this kind are handled by an instance of it."""
    known = _handlers.get(handler.kind)
    if known is not None and type(known).__qualname__ != handler.__qualname__:
        raise ValueError(f"Jobs of kind {handler.kind!r} are handled by {type(known).__qualname__} already.")
    _handlers[handler.kind] = handler()
    return handler


def of(kind: str) -> Handler:
    """The handler of a kind; KeyError if no room registered one."""
    return _handlers[kind]


def errors_of_retried() -> set[ApiError]:
    """What may keep a failed job from being tried again, as the handlers declare it."""
    kinds = {type(handler) for handler in _handlers.values()}
    steps = [step for kind in kinds for step in (kind.before_retry, kind.retried)]
    return {error for step in steps for error in declared_errors(step)}


def kinds() -> dict[str, Handler]:
    """Every kind there is, with its handler."""
    return dict(_handlers)


def pools() -> list[str]:
    """Every pool some handler works in, sorted."""
    return sorted({handler.pool for handler in _handlers.values()})
