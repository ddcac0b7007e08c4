"""Two clients, one draft: nothing that was saved is lost, whichever came first."""

import pytest

from creator.models import User
from editing.drafts import actions
from editing.engine.document import Document, parse
from editing.engine.errors import DocumentInvalid
from editing.models import Draft
from library.actions import delete
from tests.creator.concurrently import together
from tests.editing.conftest import MakeClip
from tests.editing.material import cut, document

CLIENTS = 6
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def lasting(clip: str, tenths: int) -> Document:
    return parse(document(cut(0, tenths / 10, clip=clip)))


def test_saves_at_the_same_moment_are_all_revisions_of_one_line(creator: User, make_clip: MakeClip) -> None:
    clip = str(make_clip().pk)
    draft = actions.start(owner=creator, document=lasting(clip, 1))

    answers = together(lambda number: actions.save(draft, document=lasting(clip, number + 2)), CLIENTS)

    assert all(isinstance(answer, Draft) for answer in answers), answers
    assert list(draft.revisions.order_by("number").values_list("number", flat=True)) == list(
        range(1, CLIENTS + 2)
    )
    line = [draft.revisions.get(number=CLIENTS + 1)]
    while before := line[-1].before:
        line.append(before)
    assert [revision.number for revision in line] == list(range(CLIENTS + 1, 0, -1))


def test_a_clip_deleted_while_it_is_being_edited_is_refused_or_edited_and_nothing_between(
    creator: User, make_clip: MakeClip
) -> None:
    clip = make_clip()
    draft = actions.start(owner=creator, document=lasting(str(clip.pk), 5))

    deleted, rendered = together(lambda number: actions.render(draft) if number else delete(clip), 2)

    assert deleted is None
    if isinstance(rendered, Exception):
        assert isinstance(rendered, DocumentInvalid)
    else:
        rendered.refresh_from_db()
        assert rendered.edges.count() == 1
        assert rendered.job is not None
