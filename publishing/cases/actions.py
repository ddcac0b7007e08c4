"""What staff ask: take a post down, put it back; open a case, and look at what it is about.

Each act and its row in the audit are one transaction.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from creator import audit
from creator.models import User
from jobs.models import Job
from library.delivery import rights
from publishing.cases.reasons import REASONS
from publishing.errors import CaseSubjectNotFound, InvalidCase, OwnPost, PostTakenDown
from publishing.models import ModerationCase, Post

MOST_SHOWN = 50  # posts, jobs


@dataclass(frozen=True)
class Review:
    """What a case shows: the newest of each."""

    case: ModerationCase
    person: User
    posts: list[Post]
    jobs: list[Job]


@transaction.atomic
def take_down(post: Post, *, staff: User, reason: str, note: str = "") -> None:
    """Out of every feed at once, its links dead within seconds; twice is once. `reason`: of REASONS."""
    told = PostTakenDown(reason={"message": REASONS[reason], "params": {}}).as_dict()
    out = Post.objects.filter(pk=post.pk, state=Post.State.PUBLISHED)
    if out.update(state=Post.State.TAKEN_DOWN, error=told):
        transaction.on_commit(rights.forget)
        data = {"reason": reason, "owner": post.owner_id}
        audit.record(actor=staff, action="post.takedown", subject=f"post:{post.pk}", reason=note, data=data)


@transaction.atomic
def reinstate(post: Post, *, staff: User, note: str = "") -> None:
    """As it was before it was taken down; nothing happens if it was not. Raises OwnPost."""
    if post.owner_id == staff.pk:
        raise OwnPost()
    down = Post.objects.filter(pk=post.pk, state=Post.State.TAKEN_DOWN)
    if down.update(state=Post.State.PUBLISHED, error=None):
        transaction.on_commit(rights.forget)
        audit.record(actor=staff, action="post.reinstate", subject=f"post:{post.pk}", reason=note)


@transaction.atomic
def open_case(
    *, staff: User, reason: str, post: UUID | None = None, person: str | None = None
) -> ModerationCase:
    """A case about a post, whoever may see it, or a person (by handle). InvalidCase, CaseSubjectNotFound."""
    if (post is None) == (person is None):
        raise InvalidCase()
    found_post = Post.objects.filter(pk=post).first() if post else None
    found_person = User.objects.filter(handle=person).first() if person else None
    if found_post is None and found_person is None:
        raise CaseSubjectNotFound(field="post" if post else "person")
    case = ModerationCase.objects.create(opened_by=staff, post=found_post, person=found_person, reason=reason)
    audit.record(
        actor=staff, action="case.open", subject=case.subject, reason=reason, data={"case": str(case.pk)}
    )
    return case


@transaction.atomic
def look(case: ModerationCase, *, staff: User) -> Review:
    """What `case` is about, as it is now. Written down before it is shown."""
    audit.record(
        actor=staff, action="case.look", subject=case.subject, reason=case.reason, data={"case": str(case.pk)}
    )
    person = case.post.owner if case.post else case.person
    assert person is not None, "a case is about a post or a person"
    posts = Post.objects.filter(pk=case.post.pk) if case.post else Post.objects.filter(owner=person)
    jobs = Job.objects.filter(owner=person)
    if case.post:
        jobs = jobs.filter(pk__in=[key for key in (case.post.job_id, _clips_job(case.post)) if key])
    newest = posts.select_related("clip").order_by("-id")[:MOST_SHOWN]
    return Review(case, person, list(newest), list(jobs.order_by("-id")[:MOST_SHOWN]))


def _clips_job(post: Post) -> UUID | None:
    return post.clip.job_id if post.clip else None
