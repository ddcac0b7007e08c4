"""A deployment by docs/security-model.md passes Django's own checks; browsers are told what not to do."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.cache import caches
from django.test import Client

from creator.models import User
from tests.conftest import Api

ROOT = Path(__file__).resolve().parents[3]
DEPLOYED = {
    "ALLOWED_HOSTS": "api.example.org",
    "PUBLIC_URL": "https://api.example.org",
    "NUM_PROXIES": "1",
    "HTTPS_ONLY": "true",
    "HSTS_SECONDS": "31536000",
    "HSTS_SUBDOMAINS": "true",
}
NAMES = "ALLOWED_HOSTS CACHES SECURE_PROXY_SSL_HEADER"
SHOW = (
    "import json; from django.conf import settings as s; "
    f"print(json.dumps({{n: getattr(s, n) for n in '{NAMES}'.split()}}))"
)


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name not in DEPLOYED}
    env |= {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings", **environment}
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True)


def test_a_deployment_with_the_documented_settings_is_without_a_warning(tmp_path: Path) -> None:
    found = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **DEPLOYED)

    assert (found.returncode, found.stderr) == (0, ""), found.stderr


def test_the_documented_settings_are_the_tested_ones() -> None:
    page = (ROOT / "docs/security-model.md").read_text()

    for name, value in DEPLOYED.items():
        assert f"`{name}={value}`" in page


def test_by_default_only_this_machine_is_answered_and_nothing_is_pickled(tmp_path: Path) -> None:
    shown = json.loads(run(tmp_path, "-c", SHOW).stdout)

    assert shown["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert shown["SECURE_PROXY_SSL_HEADER"] is None  # a stranger's header says nothing
    for environment in ({}, {"REDIS_URL": "redis://localhost:1/0"}):
        found = json.loads(run(tmp_path, "-c", SHOW, **environment).stdout)["CACHES"]
        assert [cache["BACKEND"] for cache in found.values()] == [
            "django.core.cache.backends.dummy.DummyCache"
        ]


def test_http_is_sent_on_to_https_but_for_health_checks(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    plain, health = client.get("/api/v1/feed"), client.get("/livez")
    behind_proxy = client.get("/livez", headers={"x-forwarded-proto": "https"})

    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/api/v1/feed")
    assert health.status_code == 200 and "Strict-Transport-Security" not in health
    assert behind_proxy["Strict-Transport-Security"] == "max-age=60"


@pytest.mark.django_db
def test_answers_are_not_guessed_at_framed_run_or_kept(api: Api, creator: User) -> None:
    for path in ("/api/v1/me", "/api/v1/nothing", "/livez"):
        answer = api(creator).get(path)

        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "no-referrer"  # links to media open what they name
        assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer["Cache-Control"] == ("private, no-cache" if path == "/api/v1/me" else "no-store")
        assert not answer.cookies


def test_nothing_is_cached_here() -> None:
    assert set(configured.CACHES) == {"default"}
    caches["default"].set("a", 1)
    assert caches["default"].get("a") is None
