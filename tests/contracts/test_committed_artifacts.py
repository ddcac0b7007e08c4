"""The OpenAPI document and the translations are what the code says."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from django.utils.translation import gettext, override

from config import messages
from config.openapi import document
from errors import DomainError, Forbidden

ROOMS = ("config", "creator", "jobs", "library", "generation", "editing", "publishing", "moderation", "api")


def every_domain_error(of: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for kind in of.__subclasses__():
        yield kind
        yield from every_domain_error(kind)


def ours() -> list[type[DomainError]]:
    """The domain errors of the rooms; tests define some of their own."""
    return [kind for kind in every_domain_error() if kind.__module__.split(".")[0] in ROOMS]


@pytest.fixture(scope="module", autouse=True)
def _every_module_is_imported() -> None:
    """A refusal that nobody imported would be missed; engines with heavy imports are left to their tests."""
    for room in ROOMS:
        for module in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
            if module.name.endswith("errors") or module.name.count(".") == 1:
                importlib.import_module(module.name)


def test_the_committed_openapi_document_is_what_the_code_says() -> None:
    assert document.drift() == ""


def test_every_translation_is_compiled() -> None:
    assert messages.stale() == []


def test_every_domain_error_is_said_in_chinese_with_the_same_placeholders() -> None:
    said = {kind.message for kind in ours() if "message" in vars(kind)}

    with override("zh-hans"):
        untold = sorted(message for message in said if gettext(message) == message)

    assert untold == []


def test_a_code_for_what_is_not_there_ends_in_not_found() -> None:
    other_ways_to_say_it = re.compile(r"-(unknown|missing|unclear)$|^no-such-")

    absent = [kind.code for kind in ours() if not issubclass(kind, Forbidden)]  # a scope is no thing
    assert [code for code in absent if other_ways_to_say_it.search(code)] == []


def test_every_domain_error_has_a_code_of_its_own() -> None:
    ours = [
        kind
        for kind in every_domain_error()
        if "code" in vars(kind) and kind.__module__.split(".")[0] in ROOMS
    ]
    codes = [kind.code for kind in ours]

    assert sorted(codes) == sorted(set(codes))
