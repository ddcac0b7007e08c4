"""Catalogues hold what the code says, no more and no less; Chinese sentences hold no English words."""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path
from string import Formatter
from typing import Any

import polib
import pytest
from django.utils.translation import gettext, override

import creator.errors
import generation.errors
import jobs.errors
import jobs.ledger.states
import library.states
from config.messages import ROOMS, catalogues, simplified
from creator.models import Hold, User
from errors import DomainError, render_message
from tests.conftest import Api
from tests.contracts.test_committed_artifacts import _every_module_is_imported, ours

ROOT = Path(__file__).resolve().parents[2]
TRANSLATORS = {"gettext", "gettext_lazy", "_", "translate"}
ENUMS: dict[type[DomainError], type[Enum]] = {
    jobs.errors.AlreadyFinished: jobs.ledger.states.State,
    jobs.errors.NotFailed: jobs.ledger.states.State,
    generation.errors.NothingToCancel: library.states.State,
    creator.errors.HoldClosed: Hold.State,
}
__all__ = ["_every_module_is_imported"]


def sources() -> Iterator[ast.Module]:
    """The modules of the rooms, parsed."""
    for room in (*ROOMS, "api", "errors"):
        for path in (ROOT / room).rglob("*.py"):
            if "migrations" not in path.parts:
                yield ast.parse(path.read_text())


def literals(node: Any) -> set[str]:
    """Every string within a piece of Python, or within what a TOML file holds."""
    if isinstance(node, ast.AST):
        constants = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
        return {value for value in constants if isinstance(value, str)}
    inner: Iterable[Any] = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return {node} if isinstance(node, str) else set().union(*map(literals, inner))


def translated(module: ast.Module) -> set[str]:
    """What a module hands to gettext, or as the purpose of a receipt: literals, or constants by name."""
    constants = {
        target.id: literals(node.value)
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    handed: list[ast.expr] = []
    for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id in TRANSLATORS:
            handed += call.args[:1]
        handed += [keyword.value for keyword in call.keywords if keyword.arg == "purpose"]
    return set().union(*(_said(node, constants) for node in handed))


def _said(node: ast.expr, constants: dict[str, set[str]]) -> set[str]:
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.Name(id=name):
            return constants.get(name, set())
        case ast.Subscript(value=value):
            return _said(value, constants)
        case ast.IfExp(body=body, orelse=orelse):
            return _said(body, constants) | _said(orelse, constants)
    return set()


def rules() -> Iterator[str]:
    """What a refused prompt is told about the rule it breaks."""
    text = (ROOT / "moderation/rules.toml").read_text()
    yield from (rule["says"] for rule in tomllib.loads(text)["rule"])


@pytest.mark.slow
@pytest.mark.parametrize("catalogue", catalogues(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_message_of_a_catalogue_is_used_translated_and_not_obsolete(catalogue: Path) -> None:
    tables = [tomllib.loads(path.read_text()) for room in ROOMS for path in (ROOT / room).rglob("*.toml")]
    used = set().union(*map(literals, [*sources(), *tables]))

    entries = polib.pofile(str(catalogue))
    assert [entry.msgid for entry in entries if entry.msgid not in used] == []
    assert [entry.msgid for entry in entries if not entry.msgstr or entry.obsolete or entry.fuzzy] == []


def test_whatever_is_handed_to_gettext_is_said_in_chinese() -> None:
    messages = set().union(*map(translated, sources()), rules())

    assert len(messages) > 20
    with override("zh-hans"):
        assert sorted(message for message in messages if gettext(message) == message) == []


def test_a_translation_fills_the_same_placeholders() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    entries = [entry for path in catalogues() for entry in polib.pofile(str(path))]
    assert [entry.msgid for entry in entries if names(entry.msgid) != names(entry.msgstr)] == []


def test_chinese_sentences_have_chinese_punctuation() -> None:
    entries = [entry for path in catalogues() for entry in polib.pofile(str(path))]
    chinese = [entry.msgstr for entry in entries if re.search("[\u4e00-\u9fff]", entry.msgstr)]

    assert [text for text in chinese if re.search("[\u4e00-\u9fff}][,;:!?]", text)] == []


def test_every_state_in_a_sentence_is_known_to_be_one() -> None:
    assert {kind for kind in ours() if "{state}" in kind.message} == set(ENUMS)
    assert {kind for kind in ours() if kind.enum_params} == set(ENUMS)


@pytest.mark.parametrize(
    ("kind", "state"), [(kind, state) for kind, states in ENUMS.items() for state in states], ids=str
)
def test_a_state_in_a_chinese_sentence_is_chinese(kind: type[DomainError], state: Enum) -> None:
    record = kind(state=state.value).as_dict()

    with override("zh-hans"):
        sentence = render_message(record, gettext)

    assert re.search(r"[a-z]{3,}", sentence) is None
    assert state.value in render_message(record)


@pytest.mark.parametrize(
    ("asked", "script", "sentence"),
    [
        *[
            (tag, "zh-hant", "這裡")
            for tag in ("zh-TW", "zh-HK", "zh-MO", "zh-Hant", "zh-Hant-TW", "zh-Hant-HK")
        ],
        *[(tag, "zh-hans", "这里") for tag in ("zh", "zh-CN", "zh-SG", "zh-Hans", "zh-Hans-HK", "zh-my")],
    ],
)
def test_a_reader_is_told_in_the_script_of_their_place(
    api: Api, creator: User, asked: str, script: str, sentence: str
) -> None:
    answer = api(creator, asked).get("/api/v1/clips?limt=1")

    assert answer["Content-Language"] == script
    assert answer.json()["errors"][0]["detail"].startswith(sentence)


def test_what_is_in_no_catalogue_is_told_in_the_same_script(api: Api, creator: User) -> None:
    def titles(language: str) -> set[str]:
        return {each["title"] for each in api(creator, language).get("/api/v1/templates").json()}

    assert "卡点快剪" in titles("zh-CN") and "卡點快剪" in titles("zh-TW")


def test_every_sentence_that_is_told_in_simplified_script_is_told_in_traditional() -> None:
    for catalogue in simplified():
        hant = polib.pofile(str(catalogue).replace("zh_Hans", "zh_Hant"))
        assert {entry.msgid for entry in hant} == {entry.msgid for entry in polib.pofile(str(catalogue))}
