"""What people ask: publish a clip, change a post, withdraw it, like it."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils import timezone

import jobs.ledger.actions
from creator.models import User
from creator.signals import published
from jobs.errors import AlreadyFinished
from library import storage
from library.actions import pending_jobs
from library.delivery import rights
from library.held import require_storage
from library.models import Clip
from library.states import Origin
from library.states import State as ClipState
from moderation import require_kept
from publishing.errors import (
    AlreadyOut,
    AlreadyPosted,
    ClipCancelled,
    ClipFailed,
    ClipNotFound,
    CoverOutside,
    PostTakenDown,
    PostWithdrawn,
    PreviewNotPublishable,
    TooFarAhead,
)
from publishing.models import Like, Post, PostQuerySet

KIND, COVER = "publishing.package", "publishing.cover"  # kinds of job
MOST_DAYS_AHEAD = 365


class PostFields(TypedDict, total=False):
    """What a creator says of a post; `cover_seconds` into the clip, `publish_at` None for at once."""

    title: str
    tags: list[str]
    visibility: str
    cover_seconds: float
    publish_at: datetime | None


def publish(*, owner: User, clip: Clip, **fields: Unpack[PostFields]) -> Post:
    """The post of `clip`, made if it has none: asking for the same twice publishes once.

    A pending clip is published as soon as it is ready. A post that failed or was cancelled is tried again,
    with the new `fields`.

    Raises AlreadyPosted for a clip whose post is another than is wished for here, ClipNotFound, ClipFailed,
    ClipCancelled, PreviewNotPublishable, CoverOutside, TooFarAhead, TextBlocked, PostTakenDown.
    """
    post = _current(clip)
    if post and post.state not in Post.RETRIABLE:
        return _as_wished(post, fields)
    _check(clip, **fields)
    _check_words(**fields)
    try:
        with transaction.atomic():
            _require_clip(clip)
            return _retry(post, clip, fields) if post else _make(owner, clip, fields)
    except IntegrityError:
        if post := _current(clip):
            return _as_wished(post, fields)  # somebody published the same clip in the same instant
        raise


def change(post: Post, **fields: Unpack[PostFields]) -> Post:
    """Change what is said of a post, whether it is out, scheduled or being packaged. Another cover is drawn
    by a job. When it is shown can be changed until it is out.

    Raises TextBlocked, PostTakenDown, PostWithdrawn, AlreadyOut, CoverOutside, TooFarAhead, and one of
    `jobs.ledger.admission.ERRORS`."""
    require_standing(post)
    _check_words(title=fields.get("title", post.title), tags=fields.get("tags", post.tags))
    with transaction.atomic():
        post = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
        require_standing(post)
        if post.state not in Post.CHANGEABLE:
            raise PostWithdrawn()
        _check_change(post, fields)
        had = post.cover_seconds
        for name, value in (fields | _shown_at(post, fields)).items():
            setattr(post, name, value)
        post.save(update_fields=[*fields, "published_at"])
        if post.cover_seconds != had and post.state == Post.State.PUBLISHED:
            draw_cover(post)
        announce(str(post.pk))
        transaction.on_commit(rights.forget)
    return post


def announce(pk: str) -> None:
    """Tell the other rooms that something was published, if everybody may see it now; inside the
    transaction that made it so. What is scheduled is told of by what its owner publishes next."""
    post = Post.objects.listed().filter(pk=pk).select_related("owner").first()
    if post is not None:
        published.send(sender=Post, user=post.owner)


def draw_cover(post: Post) -> None:
    """Have the cover of a packaged post drawn anew, by a job, at its `cover_seconds`."""
    params = {"post": str(post.pk)}
    job = jobs.ledger.actions.submit(kind=COVER, owner=post.owner, params=params, about={"post": post.pk})
    Post.objects.filter(pk=post.pk).update(job=job)


def withdraw(post: Post) -> None:
    """Take a post out of every feed and cancel its packaging; its files are removed on commit.

    Raises PostTakenDown: withdrawn, it could be published anew."""
    require_standing(post)
    with transaction.atomic():
        _stop_packaging(post)
        if _standing(post).update(state=Post.State.WITHDRAWN, folder="", bytes=0):
            transaction.on_commit(partial(storage.remove_folder, post.root))
            transaction.on_commit(rights.forget)


def require_standing(post: Post) -> None:
    """Raises PostTakenDown if staff took it down."""
    if post.state == Post.State.TAKEN_DOWN:
        raise PostTakenDown(**(post.error or {})["params"])


def like(*, post: Post, user: User) -> None:
    """`user` likes `post`; liking twice is liking once."""
    Like.objects.give(post=post, user=user)


def unlike(*, post: Post, user: User) -> None:
    """`user` no longer likes `post`, if they did."""
    Like.objects.take_back(post=post, user=user)


def _standing(post: Post) -> PostQuerySet:
    """The row of `post`, unless it was withdrawn or taken down meanwhile."""
    return Post.objects.not_withdrawn().filter(pk=post.pk).exclude(state=Post.State.TAKEN_DOWN)


def _current(clip: Clip) -> Post | None:
    return Post.objects.not_withdrawn().filter(clip=clip).first()


def _as_wished(post: Post, fields: PostFields) -> Post:
    """`post`, if it is all that is asked for. Raises AlreadyPosted, PostTakenDown."""
    differs = [name for name, value in fields.items() if getattr(post, name) != value]
    if not differs:
        return post
    require_standing(post)
    raise AlreadyPosted(post=str(post.pk), url=f"/api/v1/posts/{post.pk}", differs=", ".join(differs))


def _require_clip(clip: Clip) -> None:
    """Raises ClipNotFound if it was deleted meanwhile; it cannot be until the transaction ends."""
    if not Clip.objects.select_for_update(no_key=True).filter(pk=clip.pk).values_list("pk").first():
        raise ClipNotFound(field="clip")


def _check_change(post: Post, fields: PostFields) -> None:
    seconds = post.seconds or (post.clip.seconds if post.clip else 0.0)  # of the clip, once it is packaged
    _check_cover(fields.get("cover_seconds", 0.0), seconds)
    if "publish_at" in fields and fields["publish_at"] != post.publish_at:
        if post.state == Post.State.PUBLISHED and post.published_at and post.published_at <= timezone.now():
            raise AlreadyOut(field="publish_at")
        _check_time(fields["publish_at"])


def _shown_at(post: Post, fields: PostFields) -> dict[str, Any]:
    """When others see a packaged post whose time is changed; before, the end of packaging decides."""
    if post.state != Post.State.PUBLISHED or fields.get("publish_at", post.publish_at) == post.publish_at:
        return {}
    now = timezone.now()
    return {"published_at": max(fields["publish_at"] or now, now)}


def _check(clip: Clip, *, cover_seconds: float = 0.0, publish_at: datetime | None = None, **_: Any) -> None:
    if clip.state == ClipState.FAILED:
        raise ClipFailed()
    if clip.state == ClipState.CANCELLED:
        raise ClipCancelled()
    if clip.origin == Origin.PREVIEW:
        raise PreviewNotPublishable()
    _check_cover(cover_seconds, clip.seconds)
    _check_time(publish_at)


def _check_cover(cover_seconds: float, seconds: float) -> None:
    if cover_seconds > seconds:
        raise CoverOutside(field="cover_seconds", most=round(seconds, 3))


def _check_time(publish_at: datetime | None) -> None:
    if publish_at and publish_at > timezone.now() + timedelta(days=MOST_DAYS_AHEAD):
        raise TooFarAhead(field="publish_at", days=MOST_DAYS_AHEAD)


def _check_words(*, title: str = "", tags: Sequence[str] = (), **_: Any) -> None:
    """Title and tags are read together, and in one line: neither hides what the other completes."""
    require_kept("title", title)
    require_kept("tags", " ".join((title, *tags)), title)


def _make(owner: User, clip: Clip, fields: PostFields) -> Post:
    post = Post(owner=owner, clip=clip, **fields)
    post.save(force_insert=True)
    return _submit(post, clip)


def _retry(post: Post, clip: Clip, fields: PostFields) -> Post:
    """FAILED or CANCELLED → PENDING; of two at once, one wins and submits the job."""
    again = Post.objects.filter(pk=post.pk, state__in=Post.RETRIABLE)
    won = again.update(state=Post.State.PENDING, error=None, **fields)
    post.refresh_from_db()
    return _submit(post, clip) if won else _as_wished(post, fields)


def _submit(post: Post, clip: Clip) -> Post:
    megapixels = clip.width * clip.height * clip.fps * clip.seconds / 1e6
    params = {"post": str(post.pk), "megapixels": megapixels}
    job = jobs.ledger.actions.submit(
        kind=KIND,
        owner=post.owner,
        params=params,
        waits_for=pending_jobs([clip]),
        about={"post": post.pk, "clip": clip.pk},
    )
    require_storage(post.owner)
    Post.objects.filter(pk=post.pk).update(job=job)
    post.refresh_from_db()
    return post


def _stop_packaging(post: Post) -> None:
    """The job is locked before the post, as where jobs end: the two cannot deadlock."""
    if post.job and post.state == Post.State.PENDING:
        with suppress(AlreadyFinished):
            jobs.ledger.actions.cancel(post.job)
