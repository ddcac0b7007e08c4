"""What a phone does: sign in, ask, and follow. It knows the API and nothing behind it."""

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

Answer = dict[str, Any]
PATIENCE = 600.0  # seconds of silence on an event stream before the demonstration gives up


class Refused(RuntimeError):
    """The server said no; the sentence it gave is the message."""


class Phone:
    """One person's client. Every POST carries an Idempotency-Key, as a phone on a bad line would send it."""

    def __init__(self, url: str, language: str = "zh-Hans") -> None:
        self.http = httpx.Client(base_url=url, headers={"Accept-Language": language}, timeout=60)

    def sign_in(self, phone: str, code_for: Callable[[str], str]) -> None:
        """By phone and code; `code_for` knows the code that was sent to a phone."""
        request_id = self.post("auth/code", phone=phone)["request_id"]
        token = self.post("auth/login", phone=phone, code=code_for(phone), request_id=request_id)["token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **query: Any) -> Answer:
        return _read(self.http.get(f"/api/v1/{path}", params=query))

    def post(self, path: str, **body: Any) -> Answer:
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return _read(self.http.post(f"/api/v1/{path}", json=body, headers=key))

    def events(self, job: str) -> Iterator[tuple[str, Answer]]:
        """Every event of a job from its first to its last, as (kind, data), over SSE."""
        headers, kind = {"Accept": "text/event-stream"}, ""
        with self.http.stream(
            "GET", f"/api/v1/jobs/{job}/events", headers=headers, timeout=PATIENCE
        ) as stream:
            stream.raise_for_status()
            for line in stream.iter_lines():
                name, _, value = line.partition(":")
                if name == "event":
                    kind = value.strip()
                elif name == "data":
                    yield kind, json.loads(value)["data"]

    def download(self, url: str, target: Path) -> None:
        with self.http.stream("GET", url) as answer, target.open("wb") as file:
            answer.raise_for_status()
            for chunk in answer.iter_bytes():
                file.write(chunk)


def _read(answer: httpx.Response) -> Answer:
    if answer.is_error:
        raise Refused(
            f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}"
        )
    return dict(answer.json()) if answer.content else {}
