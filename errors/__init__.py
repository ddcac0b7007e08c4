"""What cannot be done, in words a person can act on.

Rooms and engines raise a `DomainError`; only `config.errors` speaks HTTP. A refusal may be stored as JSON
on whatever failed because of it and said later, in the language of whoever reads it.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar


class DomainError(Exception):
    """Something asked for cannot be done.

    `message` is an English template, and the gettext msgid; `params` fill its placeholders. It says
    what would be accepted. `field` names the offending field of the request, where there is one.
    `enum_params` names those params that are values of an enum (a state, say): they are translated, too.
    `members` names those params that programs need: a problem has them as members of its own.
    `passes` says that it helps to wait, and ask the same again after `params["seconds"]`.
    """

    code: ClassVar[str] = "refused"
    message: ClassVar[str] = "This cannot be done."
    enum_params: ClassVar[tuple[str, ...]] = ()
    members: ClassVar[tuple[str, ...]] = ()
    passes: ClassVar[bool] = False

    def __init__(self, *, field: str | None = None, **params: Any) -> None:
        self.field = field
        self.params = params
        super().__init__(render_message(self.as_dict()))

    def as_dict(self) -> dict[str, Any]:
        """JSON-safe record of the refusal; `render_message` turns it back into a sentence."""
        words = {name: {"message": str(self.params[name]), "params": {}} for name in self.enum_params}
        params = {**self.params, **words}
        return {"code": self.code, "message": self.message, "params": params, "field": self.field}


def render_message(record: Mapping[str, Any], translate: Callable[[str], str] = str) -> str:
    """The sentence of a stored refusal, in the language of `translate` (gettext, say)."""
    params = {name: _nested(value, translate) for name, value in record.get("params", {}).items()}
    return translate(record["message"]).format_map(params)


def _nested(value: Any, translate: Callable[[str], str]) -> Any:
    return render_message(value, translate) if isinstance(value, Mapping) and "message" in value else value


class Invalid(DomainError):
    """The request itself is wrong."""


class PaymentRequired(DomainError):
    """There are not enough credits for it."""


class Forbidden(DomainError):
    """This person may not do it (yet)."""


class NotFound(DomainError):
    """There is no such thing, for this viewer."""


class Conflict(DomainError):
    """The state it is in forbids the move."""


class PreconditionFailed(DomainError):
    """It is no longer as the request says that it must be."""


class Gone(DomainError):
    """It was there and is no longer."""


class LengthRequired(DomainError):
    """It does not say how long it is."""


class TooLarge(DomainError):
    """It is bigger than what is taken."""


class UnsupportedMedia(DomainError):
    """It is of a kind that is not taken."""


class Unprocessable(DomainError):
    """It is of a kind that is taken, but cannot be used."""


class TooManyRequests(DomainError):
    """Too much was asked in too short a time."""

    passes = True


class Unavailable(DomainError):
    """A part that is needed is not there at the moment."""
