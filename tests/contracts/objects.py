"""One of everything a creator can own, by the first word of its routes."""

from typing import Any

from django.utils import timezone

from creator.accounts.tokens import issue, issue_session
from creator.models import Token, User
from library.models import Clip, Still, Track
from publishing.models import ModerationCase, Post
from tests.conftest import Api
from waitlist.models import Invite, Segment

Things = dict[str, Any]  # first word of a route → the key its `{id}` takes


INVITE = "FOROTHERS"


def make_things(owner: User, api: Api) -> Things:
    """Rows by hand where only reach is tested; a generation and a draft as a creator makes them."""
    clip = ready_clip(owner)
    Invite.objects.get_or_create(code=INVITE, defaults={"uses": 1})
    generation = api(owner).post("/api/v1/generations", {"prompt": "一只狗", "seconds": 2}).json()
    draft = api(owner).post("/api/v1/drafts", {"document": document(clip)}).json()
    return {
        "clips": clip.pk,
        "creators": owner.handle,
        "drafts": draft["id"],
        "generations": generation["id"],
        "jobs": generation["clip"]["job"]["id"],
        "keys": issue(owner, kind=Token.Kind.KEY, name="phone")[0].pk,
        "moderation": ModerationCase.objects.create(person=owner, reason="reported").pk,
        "posts": post(owner, ready_clip(owner)).pk,
        "sessions": issue_session(owner)[0].pk,
        "stills": still(owner).pk,
        "templates": "flash",
        "users": owner.handle,
        "waitlist": Segment.objects.create(name=f"friends of {owner.handle}", head_start=60).pk,
        "tracks": Track.objects.create(owner=owner, state="ready", seconds=1.0).pk,
    }


def ready_clip(owner: User) -> Clip:
    shape = {"width": 1280, "height": 720, "fps": 30, "seconds": 5.0, "frames": 150}
    return Clip.objects.create(owner=owner, origin="upload", state="ready", ready_at=timezone.now(), **shape)


def still(owner: User) -> Still:
    return Still.objects.create(
        owner=owner, width=8, height=8, content_type="image/png", key="none.png", sha256="0"
    )


def post(owner: User, clip: Clip) -> Post:
    now = timezone.now()
    return Post.objects.create(owner=owner, clip=clip, state="published", published_at=now, title="mine")


def document(clip: Clip) -> dict[str, Any]:
    """The smallest edit document there is: one second of one clip."""
    clips = [{"clip": str(clip.pk), "start": 0, "end": 1}]
    return {"version": 1, "canvas": {"aspect": "16:9", "fps": 30}, "clips": clips}
