"""What cannot be done, in words a person can act on.

Rooms and engines raise a `Refusal`; only `config.errors` speaks HTTP. A refusal may be stored as JSON
on whatever failed because of it and said later, in the language of whoever reads it.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar


class Refusal(Exception):
    """Something asked for cannot be done.

    `message` is an English template, and the gettext msgid; `params` fill its placeholders. It says
    what would be accepted. `field` names the offending field of the request, where there is one.
    """

    code: ClassVar[str] = "refused"
    message: ClassVar[str] = "This cannot be done."

    def __init__(self, *, field: str | None = None, **params: Any) -> None:
        super().__init__(self.message.format_map(params))
        self.field = field
        self.params = params

    def as_dict(self) -> dict[str, Any]:
        """JSON-safe record of the refusal; `say` turns it back into a sentence."""
        return {"code": self.code, "message": self.message, "params": self.params, "field": self.field}


def say(record: Mapping[str, Any], translate: Callable[[str], str] = str) -> str:
    """The sentence of a stored refusal, in the language of `translate` (gettext, say)."""
    params = {name: _nested(value, translate) for name, value in record.get("params", {}).items()}
    return translate(record["message"]).format_map(params)


def _nested(value: Any, translate: Callable[[str], str]) -> Any:
    return say(value, translate) if isinstance(value, Mapping) and "message" in value else value


class Invalid(Refusal):
    """The request itself is wrong."""


class Unpayable(Refusal):
    """There are not enough credits for it."""


class Forbidden(Refusal):
    """This person may not do it (yet)."""


class Missing(Refusal):
    """There is no such thing, for this viewer."""


class Conflict(Refusal):
    """The state it is in forbids the move."""


class Gone(Refusal):
    """It was there and is no longer."""


class TooLarge(Refusal):
    """It is bigger than what is taken."""


class UnsupportedMedia(Refusal):
    """It is of a kind that is not taken."""


class Unprocessable(Refusal):
    """It is of a kind that is taken, but cannot be used."""


class TooMany(Refusal):
    """Too much was asked in too short a time."""


class Unavailable(Refusal):
    """A part that is needed is not there at the moment."""
