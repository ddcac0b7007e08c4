"""How many evasions are found and how many innocent lines are left alone, by the lists in this folder."""

from itertools import cycle, islice

import pytest

from moderation import RULES, broken_by
from moderation.report import by_half, by_rule, read, score


def test_the_lists_are_large_enough_to_say_something() -> None:
    assert len(read("evasions")) >= 300 and len(read("innocents")) >= 300


def test_most_evasions_are_found_and_hardly_anything_innocent_is_refused() -> None:
    measured = score(read("evasions"), read("innocents"))

    assert measured.recall >= 0.96
    assert measured.precision >= 0.98


def test_so_it_is_for_the_half_on_which_nothing_was_tuned() -> None:
    measured = by_half(held_out=True)

    assert measured.recall >= 0.95
    assert measured.precision >= 0.97  # 5 of 205 lines: one more would be 0.97


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_every_rule_finds_nine_of_ten(rule: str) -> None:
    assert by_rule(rule).recall >= 0.9


def test_a_text_ten_times_as_long_asks_ten_times_as_many_questions() -> None:
    """No place of a text is looked at once for every other place: measured in calls, not in seconds."""
    import sys

    def calls(text: str) -> int:
        count = 0

        def tick(*_: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(tick)
        try:
            broken_by(text)
        finally:
            sys.setprofile(None)
        return count

    for near_miss in ("女色情s", "做爱心", "色x情1", "s e x ", "衤果", "kill all ", "1!|p"):
        short, long = ("".join(islice(cycle(near_miss), length)) for length in (400, 4000))
        broken_by(long)
        assert calls(long) <= 12 * calls(short)
