"""The abuses. Each is called again and again by several threads of a process of their own, until it is over.

An attacker has a bearer token of an admitted person, and a clip; what every call was answered is counted.
"""

import asyncio
import io
import os
import socket
import struct
import threading
import time
import uuid
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

PROMPT = "一只红色的小狗在海边向右走,天空下着雪,"
SCENES = [{"at": n * 0.5, "prompt": (PROMPT * 100)[:1990]} for n in range(24)]
SLOW_CONNECTIONS, SOCKETS = 300, 400


@dataclass
class Attacker:
    """Who abuses, and what they were answered."""

    url: str
    token: str
    clip: str
    seconds: float
    neighbour_email: str
    answers: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.ends = time.monotonic() + self.seconds
        self.me = {"Authorization": f"Bearer {self.token}"}
        self.http = httpx.Client(base_url=f"{self.url}/api/v1/", timeout=20)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response | None:
        """One request; a connection that the server ends is counted as such."""
        headers = {**self.me, **more.pop("headers", {})}
        try:
            answer = self.http.request(method, path, headers=headers, **more)
        except httpx.HTTPError as error:
            self.answers[type(error).__name__] += 1
            return None
        self.answers[str(answer.status_code)] += 1
        return answer


@dataclass(frozen=True)
class Abuse:
    """`act` is called until the time is over, in `threads` threads; `limit` is what should hold it."""

    name: str
    limit: str
    act: Callable[[Attacker], object]
    threads: int = 8


def reads(attacker: Attacker) -> None:
    attacker.ask("GET", "feed")


def long_prompts(attacker: Attacker) -> None:
    attacker.ask("POST", "generations/quote", json={"prompt": PROMPT, "seconds": 12, "scenes": SCENES})


def big_bodies(attacker: Attacker) -> None:
    """64 MiB that nobody signed in for, in chunks: no Content-Length tells how much it will be."""
    chunks: Iterator[bytes] = (b"x" * (1 << 20) for _ in range(64))
    attacker.ask("POST", "auth/login", content=chunks, headers={"Authorization": ""})


def slow_requests(attacker: Attacker) -> None:
    """Hundreds of connections that send a header line every second and never end."""
    where = httpx.URL(attacker.url)
    held = []
    for _ in range(SLOW_CONNECTIONS):
        with suppress(OSError):
            held.append(socket.create_connection((where.host, where.port or 80), timeout=2))
            held[-1].sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n")
    while held and time.monotonic() < attacker.ends:
        held = [one for one in held if _dribble(one, attacker)]
        time.sleep(1)
    attacker.answers["still open at the end"] += len(held)
    for one in held:
        one.close()


def _dribble(connection: socket.socket, attacker: Attacker) -> bool:
    try:
        connection.sendall(b"X: y\r\n")
        connection.setblocking(False)
        with suppress(BlockingIOError):
            if not connection.recv(1):
                raise ConnectionResetError
        connection.settimeout(2)
    except OSError:
        attacker.answers["closed by the server"] += 1
        return False
    return True


def idle_sockets(attacker: Attacker) -> None:
    asyncio.run(_idle_sockets(attacker))


async def _idle_sockets(attacker: Attacker) -> None:
    from websockets.asyncio.client import connect
    from websockets.exceptions import WebSocketException

    address = f"{attacker.url.replace('http', 'ws')}/ws/me"

    async def open_one() -> Any:
        try:
            return await connect(address, additional_headers=attacker.me)
        except (OSError, WebSocketException) as error:
            attacker.answers[type(error).__name__] += 1
            return None

    held = [one for one in [await open_one() for _ in range(SOCKETS)] if one]
    attacker.answers["open"] += len(held)
    await asyncio.sleep(max(0.0, attacker.ends - time.monotonic()))
    await asyncio.gather(*(one.close() for one in held), return_exceptions=True)


def free_work(attacker: Attacker) -> None:
    """Upscales, reframes and previews, as many as are taken."""
    attacker.ask("POST", f"clips/{attacker.clip}/upscale", json={"height": 1080})
    attacker.ask("POST", f"clips/{attacker.clip}/reframe", json={"aspect": "9:16", "mode": "blur"})
    cut = {"clip": attacker.clip, "start": 0, "end": 4}
    document = {"version": 1, "canvas": {"aspect": "16:9"}, "clips": [cut]}
    made = attacker.ask("POST", "drafts", json={"document": document})
    if made is not None and made.status_code == 201:
        attacker.ask("POST", f"drafts/{made.json()['id']}/preview")


def picture_bombs(attacker: Attacker) -> None:
    attacker.ask("POST", "uploads", files={"file": ("in.png", io.BytesIO(_picture(7000, 7000)), "image/png")})


def _picture(width: int, height: int) -> bytes:
    """A PNG of one colour: few bytes, many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"\0" * ((width * 3 + 1) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def codes_to_a_neighbour(attacker: Attacker) -> None:
    nobody = {"Authorization": ""}
    attacker.ask("POST", "auth/code", json={"email": attacker.neighbour_email}, headers=nobody)
    wrong = {"email": attacker.neighbour_email, "code": "000000"}
    attacker.ask("POST", "auth/login", json=wrong, headers=nobody)


def unknown_tokens_with_keys(attacker: Attacker) -> None:
    strange = {"Authorization": f"Bearer {uuid.uuid4()}", "Idempotency-Key": str(uuid.uuid4())}
    attacker.ask("POST", "drafts", json={"document": {}}, headers=strange)


def own_keys(attacker: Attacker) -> None:
    """Every answer is kept for a week."""
    key = {"Idempotency-Key": str(uuid.uuid4())}
    attacker.ask("POST", "generations/quote", json={"prompt": PROMPT, "seconds": 5}, headers=key)


def big_drafts(attacker: Attacker) -> None:
    """Drafts of as many cuts and captions as there may be, made and listed."""
    cuts = [{"clip": attacker.clip, "start": n % 4, "end": n % 4 + 0.5} for n in range(32)]
    captions = [{"text": "\U00020000" * 299, "start": 0, "end": 1}] * 200
    edit = {"version": 1, "canvas": {"aspect": "16:9"}, "clips": cuts, "captions": captions}
    attacker.ask("POST", "drafts", json={"document": edit})
    attacker.ask("GET", "drafts?limit=100")


def likes(attacker: Attacker) -> None:
    post = str(uuid.uuid4())
    attacker.ask("POST", f"posts/{post}/like")


def wide_canvas(attacker: Attacker) -> None:
    """Slow motion at 4K, with frames interpolated: a short document, long work."""
    slow = {"clip": attacker.clip, "start": 0, "end": 4, "speed": 0.25}
    canvas, delivery = {"size": [3840, 2160], "fps": 60}, {"interpolation": "motion"}
    document = {"version": 1, "canvas": canvas, "clips": [slow] * 10, "delivery": delivery}
    made = attacker.ask("POST", "drafts", json={"document": document})
    if made is not None and made.status_code == 201:
        attacker.ask("POST", f"drafts/{made.json()['id']}/render")


def crumbs(attacker: Attacker) -> None:
    """A body in chunks of one byte."""
    head = (
        "POST /api/v1/auth/code HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    _flood(attacker, head, b"1\r\n \r\n" * 10_000)


def trailers(attacker: Attacker) -> None:
    """Headers without end behind a body."""
    head = (
        "POST /api/v1/auth/code HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
    )
    _flood(attacker, head, (b"X-Trailer: " + b"a" * 1000 + b"\r\n") * 100)


def pings(attacker: Attacker) -> None:
    """A WebSocket that is sent pings without end."""
    head = (
        "GET /ws/me HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Authorization: Bearer {attacker.token}\r\n\r\n"
    )
    _flood(attacker, head, (bytes([0x89, 0x81]) + bytes(5)) * 5_000, answered=True)


def _flood(attacker: Attacker, head: str, piece: bytes, *, answered: bool = False) -> None:
    """Send `head`, then `piece` again and again, until the server has enough."""
    where = httpx.URL(attacker.url)
    with suppress(OSError), socket.create_connection((where.host, where.port or 80), timeout=5) as line:
        line.sendall(head.encode())
        if answered:
            line.recv(4096)
        while time.monotonic() < attacker.ends:
            line.sendall(piece)
            attacker.answers["pieces taken"] += 1
    attacker.answers["connections"] += 1


def deep_json(attacker: Attacker) -> None:
    deep = ("[" * 200_000).encode()
    kind = {"Content-Type": "application/json"}
    attacker.ask("POST", "drafts", content=deep, headers=kind)


ABUSES = {
    "reads": Abuse("reads without end", "requests", reads, 16),
    "prompts": Abuse("quotes of 24 scenes × 1990 characters", "quotes, request CPU", long_prompts),
    "bodies": Abuse("64 MiB bodies of nobody", "anonymous_body", big_bodies),
    "slow": Abuse(f"{SLOW_CONNECTIONS} slow requests", "connections", slow_requests, 1),
    "sockets": Abuse(f"{SOCKETS} idle sockets", "streams", idle_sockets, 1),
    "work": Abuse("upscales, reframes, previews", "jobs, cpu_seconds", free_work, 4),
    "pictures": Abuse("pictures of 49 megapixels", "picture pixels", picture_bombs, 16),
    "canvas": Abuse("4K 60 renders", "jobs, cpu_seconds", wide_canvas, 4),
    "codes": Abuse("codes and guesses for the neighbour", "codes, sign_ins", codes_to_a_neighbour, 4),
    "tokens": Abuse("unknown tokens with idempotency keys", "requests", unknown_tokens_with_keys, 16),
    "keys": Abuse("an idempotency key for every request", "kept_answers", own_keys),
    "drafts": Abuse("long drafts, listed", "drafts_made, drafts", big_drafts),
    "likes": Abuse("likes toggled", "likes", likes),
    "crumbs": Abuse("bodies in chunks of a byte", "network_requests", crumbs, 4),
    "trailers": Abuse("trailers without end", "head_bytes", trailers, 1),
    "pings": Abuse("pings without end", "streams", pings, 4),
    "json": Abuse("JSON nested 200,000 deep", "body", deep_json),
}


def run(name: str, **known: Any) -> Counter[str]:
    """Act until the time is over, at the lowest priority: the server's machine is the attacker's here."""
    os.nice(19)
    abuse, attacker = ABUSES[name], Attacker(**known)

    def repeat() -> None:
        while time.monotonic() < attacker.ends:
            abuse.act(attacker)

    threads = [threading.Thread(target=repeat, daemon=True) for _ in range(abuse.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(attacker.seconds + 30)
    return attacker.answers
