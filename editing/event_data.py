"""What the events of a render tell, beside those of every job."""

from collections.abc import Mapping

from typing_extensions import TypedDict


class FollowedCut(TypedDict):
    """What became of a cut that was to follow its subject: by which crop it is `shown`, how far the path is
    to be trusted (0 to 1), how it `moves` in each scene and what it was `led_by`."""

    cut: int
    shown: str
    trust: float
    moves: list[str]
    led_by: list[str]


class FollowedData(TypedDict):
    """The subjects of the cuts that are to follow one were looked for."""

    cuts: list[FollowedCut]


DATA: Mapping[str, type] = {"followed": FollowedData}
