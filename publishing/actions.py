"""What people ask: publish a clip, change a post, withdraw it, like it."""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

import jobs.ledger.actions
from jobs.errors import AlreadyFinished
from library.actions import pending_jobs
from library.models import Clip
from library.states import Origin
from library.states import State as ClipState
from publishing import files
from publishing.errors import ClipCancelled, ClipFailed, CoverOutside, PreviewNotPublishable, TooFarAhead
from publishing.models import Like, Post

KIND = "publishing.package"
MOST_DAYS_AHEAD = 365


def publish(*, owner: Any, clip: Clip, **wish: Any) -> Post:
    """The post of `clip`, made if it has none: asking twice publishes once.

    A pending clip is published as soon as it is ready. A post that failed or was cancelled is tried again,
    with the new `wish` (title, tags, visibility, cover_seconds, publish_at).

    Raises ClipFailed, ClipCancelled, PreviewNotPublishable, CoverOutside, TooFarAhead.
    """
    post = _standing(clip)
    if post and post.state not in Post.RETRIABLE:
        return post
    _check(clip, **wish)
    try:
        with transaction.atomic():
            return _retry(post, clip, wish) if post else _make(owner, clip, wish)
    except IntegrityError:
        if post := _standing(clip):
            return post  # somebody published the same clip in the same instant
        raise


def change(post: Post, **wish: Any) -> Post:
    """Change title, tags or visibility of a post that was not withdrawn meanwhile."""
    if wish:
        Post.objects.standing().filter(pk=post.pk).update(**wish)
    return post


def withdraw(post: Post) -> None:
    """Take a post out of every feed, now; its files go on commit, its packaging is cancelled."""
    with transaction.atomic():
        _stop_packaging(post)
        Post.objects.standing().filter(pk=post.pk).update(state=Post.State.WITHDRAWN, folder="")
        transaction.on_commit(partial(files.remove, post.root))


def like(*, post: Post, user: Any) -> None:
    """`user` likes `post`; liking twice is liking once."""
    Like.objects.give(post=post, user=user)


def unlike(*, post: Post, user: Any) -> None:
    """`user` no longer likes `post`, if they did."""
    Like.objects.take_back(post=post, user=user)


def _standing(clip: Clip) -> Post | None:
    return Post.objects.standing().filter(clip=clip).first()


def _check(clip: Clip, *, cover_seconds: float = 0.0, publish_at: datetime | None = None, **_: Any) -> None:
    if clip.state == ClipState.FAILED:
        raise ClipFailed()
    if clip.state == ClipState.CANCELLED:
        raise ClipCancelled()
    if clip.origin == Origin.PREVIEW:
        raise PreviewNotPublishable()
    if cover_seconds > clip.seconds:
        raise CoverOutside(field="cover_seconds", most=round(clip.seconds, 3))
    if publish_at and publish_at > timezone.now() + timedelta(days=MOST_DAYS_AHEAD):
        raise TooFarAhead(field="publish_at", days=MOST_DAYS_AHEAD)


def _make(owner: Any, clip: Clip, wish: dict[str, Any]) -> Post:
    post = Post(owner=owner, clip=clip, **wish)
    post.save(force_insert=True)
    return _submit(post, clip)


def _retry(post: Post, clip: Clip, wish: dict[str, Any]) -> Post:
    """FAILED or CANCELLED → PENDING, by whoever comes first."""
    again = Post.objects.filter(pk=post.pk, state__in=Post.RETRIABLE)
    won = again.update(state=Post.State.PENDING, error=None, **wish)
    post.refresh_from_db()
    return _submit(post, clip) if won else post


def _submit(post: Post, clip: Clip) -> Post:
    params = {"post": str(post.pk)}
    job = jobs.ledger.actions.submit(
        kind=KIND, owner=post.owner, params=params, waits_for=pending_jobs([clip])
    )
    Post.objects.filter(pk=post.pk).update(job=job)
    post.refresh_from_db()
    return post


def _stop_packaging(post: Post) -> None:
    """Jobs are locked before posts, here as where jobs end: the two never wait for each other."""
    if post.job and post.state == Post.State.PENDING:
        with suppress(AlreadyFinished):
            jobs.ledger.actions.cancel(post.job)
