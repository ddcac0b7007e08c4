"""Who hears of a render while it is made, and may end it."""

from typing import Any


class Listener:
    """Hears nothing; subclasses say what they want to hear."""

    def stage(self, name: str, frames: int) -> None:
        """`name` begins and takes so many frames."""

    def frame(self, done: int) -> None:
        """So many frames of the stage are done."""

    def followed(self, cuts: list[dict[str, Any]]) -> None:
        """What became of each cut that was to follow its subject."""

    def copied(self, frames: int) -> None:
        """It is a mere trim, and so many of its frames were not encoded again."""

    def check(self) -> None:
        """Called several times a second; what it raises ends the render at once."""


NOBODY = Listener()
