"""What a type checker cannot know and a test can."""

from typing import TypeVar

T = TypeVar("T")


def not_none(value: T | None) -> T:
    """`value`, of which the test knows that it is there."""
    assert value is not None
    return value
