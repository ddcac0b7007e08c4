"""Two phones, one draft: nothing that was saved is lost, whichever came first."""

import pytest

from creator.models import User
from editing.drafts import actions
from editing.engine.document import Document, parse
from editing.engine.errors import DocumentInvalid
from editing.models import Draft
from library.actions import delete
from tests.creator.concurrently import together
from tests.editing.conftest import Filmed
from tests.editing.material import cut, document

HANDS = 6
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def lasting(clip: str, tenths: int) -> Document:
    return parse(document(cut(0, tenths / 10, clip=clip)))


def test_saves_at_the_same_moment_are_all_revisions_of_one_line(creator: User, film: Filmed) -> None:
    clip = str(film().pk)
    draft = actions.start(owner=creator, document=lasting(clip, 1))

    answers = together(lambda hand: actions.save(draft, document=lasting(clip, hand + 2)), HANDS)

    assert all(isinstance(answer, Draft) for answer in answers), answers
    assert list(draft.revisions.order_by("number").values_list("number", flat=True)) == list(
        range(1, HANDS + 2)
    )
    line = [draft.revisions.get(number=HANDS + 1)]
    while before := line[-1].before:
        line.append(before)
    assert [revision.number for revision in line] == list(range(HANDS + 1, 0, -1))


def test_a_clip_deleted_while_it_is_being_cut_is_refused_or_cut_and_never_half(
    creator: User, film: Filmed
) -> None:
    clip = film()
    draft = actions.start(owner=creator, document=lasting(str(clip.pk), 5))

    deleted, rendered = together(lambda hand: actions.render(draft) if hand else delete(clip), 2)

    assert deleted is None
    if isinstance(rendered, Exception):
        assert isinstance(rendered, DocumentInvalid)
    else:
        rendered.refresh_from_db()
        assert rendered.edges.count() == 1
        assert rendered.job is not None
