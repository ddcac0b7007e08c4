"""docs/configuration.md lists every environment variable that product code reads, and nothing else."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import configuration
from config.configuration import Undescribed

ROOT = Path(__file__).resolve().parents[2]
GETTING = "getattr(settings, "


def second_defaults(path: Path) -> Iterator[str]:
    """`getattr(settings, NAME, default)`: a default beside the one in config/settings.py."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and len(node.args) == 3 and ast.unparse(node).startswith(GETTING):
            yield f"{path.relative_to(ROOT)}:{node.lineno}"


@pytest.mark.slow
def test_the_committed_page_is_what_the_code_says() -> None:
    assert configuration.PAGE.read_text() == configuration.document()


def test_a_variable_that_is_read_must_be_described() -> None:
    for source in ('A = env.int("A", default=1)', 'A = os.environ["A"]', 'A = os.getenv("A")'):
        with pytest.raises(Undescribed, match="A must be described"):
            configuration.variables(configuration.reads(source, "config"))


def test_a_description_belongs_to_a_variable_that_is_read() -> None:
    with pytest.raises(Undescribed, match="line 2"):
        configuration.reads("#: [days] How long.\nDAYS = 90", "config")


def test_a_variable_is_read_by_a_literal_name() -> None:
    with pytest.raises(Undescribed, match="name"):
        configuration.reads("A = os.environ.get(name)", "config")


def test_a_variable_that_is_read_twice_has_one_default_and_one_description() -> None:
    first, again = '#: What A does.\nA = os.environ.get("A", "1")', '\nB = os.environ.get("A", "{}")'

    [read] = configuration.variables(configuration.reads(first + again.format(1), "config"))
    assert (read.name, read.default, read.text) == ("A", "1", "What A does.")
    with pytest.raises(Undescribed, match="two defaults"):
        configuration.variables(configuration.reads(first + again.format(2), "config"))


def test_type_default_unit_and_room_are_told() -> None:
    source = '# ── jobs ───\n#: [MiB] How large.\n#: Raise it.\nLARGE = int(os.environ.get("LARGE", 1 << 4))'

    [read] = configuration.reads(source, "config")

    assert (read.kind, read.default, read.unit) == ("whole number", 16, "MiB")
    assert (read.section, read.text) == ("jobs", "How large. Raise it.")


def test_no_setting_has_a_second_default_where_it_is_used() -> None:
    files = (path for room in configuration.ROOMS for path in (ROOT / room).rglob("*.py"))

    assert [place for path in files for place in second_defaults(path)] == []
