"""Requests as nobody's client makes them, from a seed: bytes for a socket, over HTTP and WebSocket."""

import json
import random
from functools import cache
from typing import Any
from urllib.parse import quote

import yaml

from config.openapi.document import PATH
from tests.contracts.security import odd_values as odd


@cache
def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """(method, path, the properties of its body) of the document."""
    document = yaml.safe_load(PATH.read_text())
    found: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", path, {}) for path in ("/livez", "/readyz", "/api/schema/", "/", "/media/{a}/{b}/{c}", "*")
    ]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "put", "patch", "delete"):
                found.append((method.upper(), path, _properties(document, operation)))
    return found


def _properties(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    schema: dict[str, Any] = {}
    for each in content.values():
        schema = each.get("schema", {})
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    properties: dict[str, Any] = schema.get("properties", {})
    return properties


class Requests:
    """An endless source of them; the same `seed` makes the same ones."""

    def __init__(self, seed: int, token: str) -> None:
        self.random, self.token = random.Random(seed), token

    def http(self) -> tuple[bytes, bytes]:
        """One request, and nothing behind it."""
        method, path, properties = self.random.choice(operations())
        method = method if self._mostly() else self.random.choice(odd.METHODS)
        target = self._target(path)
        body = self._body(properties) if properties or self._seldom() else b""
        headers = [("Host", "localhost"), *self._authorization(), *self._headers(body)]
        version = self.random.choice(odd.VERSIONS)
        lines = [f"{method} {target} {version}", *(f"{name}: {value}" for name, value in headers)]
        lines += ["Connection: close"] if self._mostly() else []
        return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body, b""

    def websocket(self) -> tuple[bytes, bytes]:
        """A handshake, and frames behind it that nobody should send."""
        path = self.random.choice(odd.SOCKETS) + self._query()
        headers = {"Host": "localhost", "Upgrade": "websocket", "Connection": "Upgrade"}
        headers |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version": "13"}
        strange = ["", "é", "a", "13, 13", "x" * 9000, "permessage-deflate; a=é", "bearer, é", "\x7f"]
        names = [*headers, "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Origin", "Content-Length"]
        if not self._mostly():
            headers[self.random.choice(names)] = self.random.choice(strange)
        headers |= dict(self._authorization())
        head = "\r\n".join([f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())])
        return head.encode("latin-1", "replace") + b"\r\n\r\n", b"".join(self._frame() for _ in range(3))

    def _frame(self) -> bytes:
        if self._seldom():
            return self.random.randbytes(self.random.randrange(40))
        opcode, data = (
            self.random.choice([1, 1, 2, 8, 9, 10, 0, 3]),
            self.random.choice([b"", b"a", b"\xff\xfe", b"x" * 126]),
        )
        length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
        return bytes([self.random.choice([0x80, 0x80, 0, 0xF0]) | opcode]) + length + bytes(4) + data

    def _target(self, path: str) -> str:
        while "{" in path:
            before, _, rest = path.partition("{")
            path = f"{before}{self._text()}{rest.partition('}')[2]}"
        return path + self._query()

    def _query(self) -> str:
        if self._mostly():
            return ""
        count = self.random.choice([1, 2, 3, 1200])
        pairs = [f"{self.random.choice(odd.NAMES)}={self._text()}" for _ in range(count)]
        return "?" + "&".join(pairs)

    def _text(self) -> str:
        text = self.random.choice(self.random.choice([odd.IDS, odd.TEXTS]))
        return text if self._mostly() else quote(text, safe="%")

    def _authorization(self) -> list[tuple[str, str]]:
        odd = [
            "Bearer",
            "Bearer  ",
            "Bearer é",
            "Bearer \xff a",
            "Basic YTpi",
            "",
            "bearer\t" + "a" * 3000,
            "é",
        ]
        kind = self.random.random()
        if kind < 0.5:
            return [("Authorization", f"Bearer {self.token}")]
        return [("Authorization", self.random.choice(odd))] if kind < 0.7 else []

    def _headers(self, body: bytes) -> list[tuple[str, str]]:
        kind = (
            odd.KINDS[0]
            if self._mostly()
            else self.random.choice(odd.KINDS).format(self.random.choice(odd.CODECS))
        )
        told = [("Content-Type", kind)] if body else []
        told += [("Content-Length", str(len(body)))] if body and (self._mostly() or self._mostly()) else []
        for name in self.random.sample([*odd.HEADERS], self.random.choice([0, 0, 1, 1, 2, 4])):
            told += [(name, self.random.choice(odd.HEADERS[name]))] * self.random.choice([1, 1, 1, 2])
        return told

    def _body(self, properties: dict[str, Any]) -> bytes:
        if self._seldom():
            return self.random.choice([self.random.randbytes(200), self._form(), b"\xff\xfe", b"%00=%ff&a"])
        if not properties or self._seldom():
            return self.random.choice([*odd.RAW_VALUES, json.dumps(self.random.choice(odd.VALUES))]).encode(
                "utf-8", "replace"
            )
        return (
            json.dumps(dict.fromkeys(properties, "@")).encode()
            if self._seldom()
            else self._fields(properties)
        )

    def _fields(self, properties: dict[str, Any]) -> bytes:
        names = [name for name in properties if self._mostly()]
        values = {name: self._value(properties[name]) for name in names}
        return ("{" + ",".join(f"{json.dumps(name)}:{value}" for name, value in values.items()) + "}").encode(
            "utf-8", "replace"
        )

    def _value(self, schema: dict[str, Any]) -> str:
        if self._seldom():
            return self.random.choice(odd.RAW_VALUES)
        likely: dict[str, list[Any]] = {
            "string": ["", "a", "é", odd.IDS[0], "\ud800", "a\x00b"],
            "integer": [0, 1, 2**64],
            "number": [1.5, -1],
        }
        kind = schema.get("type")
        fitting = likely.get(kind, odd.VALUES) if isinstance(kind, str) else odd.VALUES
        return json.dumps(self.random.choice(fitting if self._mostly() else odd.VALUES))

    def _form(self) -> bytes:
        name = self.random.choice(["file", "title", "", "é", "a" * 3000, "\x00"])
        disposition = self.random.choice(
            ['form-data; name="{}"', 'form-data; name={}; filename="..\\x00é"', "{}", ""]
        )
        content = self.random.choice([b"", b"\x00\xff", b"RIFF", b"a" * 5000, b"\x89PNG\r\n\x1a\n"])
        end = self.random.choice([b"--b--\r\n", b"--b", b""])
        head = f"--b\r\nContent-Disposition: {disposition.format(name)}\r\n\r\n".encode("utf-8", "replace")
        return head + content + b"\r\n" + end

    def _mostly(self) -> bool:
        return self.random.random() < 0.7

    def _seldom(self) -> bool:
        return self.random.random() < 0.2
