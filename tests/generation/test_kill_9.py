"""The process is killed at random moments; the next one finishes, in the same bytes."""

from pathlib import Path

import pytest

from bench import kills
from generation.runner import plan
from generation.runner.families import registry
from generation.runner.spec import GenerationSpec
from tests.typing import not_none

KILLS = 3


@pytest.mark.slow
def test_a_chain_killed_at_any_moment_is_finished_in_the_same_bytes(tiny: Path, tmp_path: Path) -> None:
    spec = GenerationSpec("一只猴子", seconds=4.0, short_side=96, steps=8, seed=3)
    assert len(plan.segments(spec, registry.read(tiny))) == 4

    done = list(kills.trials(tiny, spec, tmp_path, count=KILLS))

    assert [trial.same for trial in done] == [True] * KILLS
    assert all(trial.steps_twice <= not_none(spec.steps) for trial in done)
