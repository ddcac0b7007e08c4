"""Whether somebody may hand in a file now: asked before a byte of it is read."""

from creator.errors import NotAdmitted
from creator.limits import require_left
from creator.models import User
from library.held import require_storage


def before_body(owner: User, size: int) -> None:
    """Raises NotAdmitted, StorageFull, or RateLimited where the day's uploads are used up; counts nothing.

    `size` is what the request is said to weigh, in bytes; 0 where it comes without a length.
    """
    if not owner.is_admitted:
        raise NotAdmitted()
    require_storage(owner, adding=1)
    require_left("uploads", owner.pk)
