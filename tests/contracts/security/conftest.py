"""People as they sign in are the same here as in the room that lets them in."""

from tests.creator.conftest import patiently, visitor

__all__ = ["patiently", "visitor"]
