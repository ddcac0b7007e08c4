"""Which errors a route can answer with, declared where they can happen; `config.openapi` lists them."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from rest_framework.exceptions import APIException

from errors import DomainError

ApiError = type[DomainError] | type[APIException]
Later = Callable[[], Iterable[ApiError]]  # for what is known only once every room has started
Decorated = TypeVar("Decorated")


def raises(*declared: ApiError | Later) -> Callable[[Decorated], Decorated]:
    """Decorate a view's method, a view (for all its methods) or a permission with the errors it can raise.

    Only what cannot be derived is declared: sign-in, permissions with a declaration of their own, what is
    not found at an address, unreadable bodies and invalid fields are known from the route itself.
    """

    def declare(target: Decorated) -> Decorated:
        target.raises = (*declared, *vars(target).get("raises", ()))  # type: ignore[attr-defined]
        return target

    return declare


def declared_errors(target: Any) -> tuple[ApiError, ...]:
    """What a method or a class (with those it inherits from) was declared to raise, each once."""
    found: dict[ApiError, None] = {}
    for one in target.__mro__ if isinstance(target, type) else [target]:
        for declared in vars(one).get("raises", ()):
            found |= dict.fromkeys([declared] if isinstance(declared, type) else declared())
    return tuple(found)
