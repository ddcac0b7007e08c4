"""Fair sharing: in which order jobs of several owners are claimed."""

from collections.abc import Callable
from typing import Any

import pytest

from creator.models import User
from jobs.ledger import claiming
from jobs.models import Job
from jobs.worker import perform
from tests.typing import not_none

pytestmark = pytest.mark.django_db(transaction=True)
Submit = Callable[..., Job]


def test_somebody_elses_first_job_is_not_behind_all_of_mine(
    submit: Submit, creator: User, other: User
) -> None:
    mine = [submit() for _ in range(5)]
    theirs = [submit(owner=other) for _ in range(2)]
    claimed = [not_none(perform.claim("cpu")).pk for _ in range(7)]
    assert set(claimed[:4]) == {mine[0].pk, mine[1].pk, theirs[0].pk, theirs[1].pk}
    assert claimed[4:] == [job.pk for job in mine[2:]]


def test_who_was_away_has_saved_nothing_up_and_owes_nothing(submit: Submit, other: User) -> None:
    for _ in range(10):
        submit()
    perform.drain()
    mine = submit()
    theirs = [submit(owner=other) for _ in range(10)]
    claimed = [not_none(perform.claim("cpu")).pk for _ in range(11)]
    assert claimed.index(mine.pk) <= 2
    assert [pk for pk in claimed if pk != mine.pk] == [job.pk for job in theirs]


def test_priority_comes_before_fairness_and_place_in_queue_knows_it(submit: Submit) -> None:
    low, high = submit(), submit(priority=5)
    assert (low.place_in_queue(), high.place_in_queue()) == (2, 1)
    assert [not_none(perform.claim("cpu")).pk for _ in range(2)] == [high.pk, low.pk]


def test_a_job_whose_model_is_in_memory_may_jump_one_turn_and_no_more(
    submit: Submit, other: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.LIMITS = {"running_cpu_jobs": 5}  # as many workers as there are jobs
    monkeypatch.setattr(claiming, "resident", {"wan"})
    tiny = submit(model="tiny")
    wan = [submit(model="wan", owner=other) for _ in range(4)]
    claimed = [not_none(perform.claim("cpu")).pk for _ in range(5)]
    assert claimed == [wan[0].pk, wan[1].pk, tiny.pk, wan[2].pk, wan[3].pk]
