"""One-tap edits as a client asks for them, and their outcome."""

from typing import Any

from creator.models import User
from library.models import Clip
from tests.conftest import Api


def tap(api: Api, user: User, clip: Clip | str, edit: str, **body: Any) -> Any:
    pk = clip if isinstance(clip, str) else clip.pk
    return api(user).post(f"/api/v1/clips/{pk}/{edit}", body)


def outcome(promised: dict[str, Any]) -> tuple[str, str]:
    """(state, error code) of a promised clip."""
    clip = Clip.objects.get(pk=promised["id"])
    return clip.state, (clip.error or {}).get("code", "")
