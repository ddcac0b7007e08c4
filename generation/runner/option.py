"""What is declared of an option of a request: REST and the command line are built from it."""

from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin


@dataclass(frozen=True, slots=True)
class Option:
    """A declared field of a request.

    `kind` is its type without None (of a tuple, that of its entries, and `many`); `default` is MISSING where
    it must be given. Bounds are inclusive; `longest` counts characters of a text or entries of a tuple.
    `reference` names what is referred to ("still" or "clip") where the value is one.
    """

    name: str
    kind: type
    default: Any
    nullable: bool
    many: bool
    help: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[Any, ...] = ()
    longest: int | None = None
    reference: str = ""

    @property
    def required(self) -> bool:
        return self.default is MISSING


def option(default: Any = MISSING, **facts: Any) -> Any:
    """A dataclass field that is an option; `facts` are those of `Option`: help, least, most, …"""
    return field(default=default, metadata={"option": facts})


@cache
def declared(of: type) -> tuple[Option, ...]:
    """The options of the dataclass `of`, in order; its other fields are nobody's to set from outside."""
    return tuple(
        Option(each.name, default=each.default, **_type(each.type), **each.metadata["option"])
        for each in fields(of)
        if "option" in each.metadata
    )


def _type(annotation: Any) -> dict[str, Any]:
    many = get_origin(annotation) is tuple
    types = get_args(annotation) or (annotation,)
    kind = next(each for each in types if each is not NoneType)
    return {"kind": kind, "nullable": NoneType in types, "many": many}
