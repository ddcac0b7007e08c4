"""Deleting what took long to write lets others write meanwhile."""

from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from creator.accounts.actions import delete_account
from creator.models import User
from editing.drafts import actions
from editing.engine.document import parse
from editing.models import Draft, Revision
from tests.conftest import Api
from tests.contracts.objects import ready_clip
from tests.editing.material import cut, document

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("what", ["the draft", "the account"])
def test_a_long_history_is_deleted_in_steps(api: Api, creator: User, what: str) -> None:
    """Two hundred revisions of 720 KB held the lock for 0.75 s; there may be a thousand, in 500 drafts."""
    clip = ready_clip(creator)
    edits = [
        document(cut(0, 1, clip=str(clip.pk)), captions=[{"text": f"{number}", "start": 0, "end": 0.5}])
        for number in range(20)
    ]
    draft = actions.start(owner=creator, document=parse(edits[0]))
    for edit in edits[1:]:
        actions.save(draft, document=parse(edit))

    with CaptureQueriesContext(connection) as queries:
        if what == "the draft":
            assert api(creator).delete(f"/api/v1/drafts/{draft.pk}").status_code == 204
        else:
            delete_account(creator)

    assert not Revision.objects.exists() and not Draft.objects.exists()
    told = [query["sql"] for query in queries]
    deletes = [at for at, sql in enumerate(told) if sql.startswith('DELETE FROM "editing_revision"')]
    assert len(deletes) == 3
    assert all("COMMIT" in told[one:other] for one, other in pairwise(deletes))
