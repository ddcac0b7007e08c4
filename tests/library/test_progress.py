"""What engines report with, and what people read of it."""

import re
from pathlib import Path

import pytest
from django.utils.translation import gettext, override

from jobs.worker.run import Run
from library.media.progress import Progress, Silent, Stage

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("generation", "editing", "publishing", "library")


def test_the_run_of_a_job_and_silence_are_both_a_progress() -> None:
    assert issubclass(Run, Progress) and issubclass(Silent, Progress)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_a_label(stage: Stage, language: str) -> None:
    with override(language):
        label = gettext(stage)

    assert label != stage
    assert any("\u4e00" <= sign <= "\u9fff" for sign in label) == (language == "zh-hans")


def test_no_handler_spells_a_stage_that_has_no_label() -> None:
    """`run.stage` takes any string; elsewhere mypy sees to it."""
    spelt = re.compile(r"""run\.stage\(\s*["']""")

    modules = (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))

    assert [path for path in modules if spelt.search(path.read_text())] == []
