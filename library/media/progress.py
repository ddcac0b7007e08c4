"""How an engine reports its work and is cancelled: one protocol from every engine to whoever asked for it.

A job's `Run` has these methods, so handlers pass it on as it is; the command lines print them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable


class Stage(StrEnum):
    """What is being done. The values are part of the API; their labels are in `library/locale/*`."""

    # generation
    LOADING = "loading"
    DENOISING = "denoising"
    FINISHING = "finishing"
    STORING = "storing"
    # editing
    FETCH = "fetch"
    EFFECTS = "effects"
    ENLARGE = "enlarge"
    FOLLOW = "follow"
    RENDER = "render"
    STORE = "store"
    # uploads
    INGESTING = "ingesting"
    # publishing
    LABELLING = "labelling"
    TRANSCODING = "transcoding"
    SIGNING = "signing"


@runtime_checkable
class Progress(Protocol):
    """Where an engine reports while it works."""

    def stage(self, name: Stage, total: int = 0) -> None:
        """`name` begins and takes `total` steps; 0 if they are not counted."""

    def step(self, done: int, *, eta: float | None = None, data: Mapping[str, Any] | None = None) -> None:
        """`done` steps of the stage are done; the rest takes `eta` seconds, if that is known. `data`: what
        else there is to say of the step."""

    def event(self, kind: str, data: dict[str, Any]) -> None:
        """Something of the engine's own (a preview, say); `data` is JSON."""

    def save(self, **checkpoint: Any) -> None:
        """So far it is kept (JSON): if this run is killed, the next one goes on from there."""

    def check(self) -> None:
        """Raises to cancel the work. Called several times a second; the exception goes through the engine."""


class Silent:
    """A `Progress` that reports nothing and never cancels. Subclass it to hear only some of it."""

    def stage(self, name: Stage, total: int = 0) -> None:
        pass

    def step(self, done: int, *, eta: float | None = None, data: Mapping[str, Any] | None = None) -> None:
        pass

    def event(self, kind: str, data: dict[str, Any]) -> None:
        pass

    def save(self, **checkpoint: Any) -> None:
        pass

    def check(self) -> None:
        pass


SILENT = Silent()
