"""A real S3 server out of a wheel, one that checks signatures."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import boto3
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError

from fixtures.waiting import free_port, until

KEY, SECRET, BUCKET = "lingying", "not a secret", "media"
IDENTITIES = {
    "identities": [
        {
            "name": "tests",
            "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "Write", "List"],
        }
    ]
}


@contextmanager
def object_store() -> Iterator[str]:
    """An S3 server with an empty bucket; yields its STORAGE_URL."""
    with tempfile.TemporaryDirectory(prefix="lingying-s3-", ignore_cleanup_errors=True) as folder:
        port = free_port()
        server = _start(Path(folder), port)
        try:
            until(lambda: _has_bucket(port), within=60, every=0.2)
            secret = SECRET.replace(" ", "%20")
            yield f"s3://{KEY}:{secret}@127.0.0.1:{port}/{BUCKET}/lingying?tls=no"
        finally:
            server.kill()  # it holds nothing worth an orderly end, which takes half a minute
            server.wait()


def _start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    (folder / "s3.json").write_text(json.dumps(IDENTITIES))
    weed = Path(sys.executable).with_name("weed")
    names = (
        "master.port",
        "volume.port",
        "filer.port",
        "master.port.grpc",
        "volume.port.grpc",
        "filer.port.grpc",
    )
    ports = [f"-{name}={free_port()}" for name in (*names, "s3.port.grpc")]
    where = [
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-volume.max=4",
        "-master.volumeSizeLimitMB=64",
    ]
    s3 = [
        "-s3",
        f"-s3.port={port}",
        f"-s3.config={folder / 's3.json'}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
    ]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen([weed, "server", *where, *s3, *ports], cwd=folder, stdout=log, stderr=log)


def _has_bucket(port: int) -> bool:
    """Make the bucket, and try it: the volumes come up after the door opens."""
    try:
        urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
    except HTTPError:
        pass
    except (URLError, OSError):
        return False
    once = Config(retries={"max_attempts": 0}, read_timeout=5)
    s3 = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        region_name="us-east-1",
        config=once,
    )
    try:
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key="up", Body=b"up")
    except ClientError as refused:
        if refused.response["Error"]["Code"] not in ("BucketAlreadyExists", "BucketAlreadyOwnedByYou"):
            return False
        return _can_write(s3)
    except BotoCoreError:
        return False
    return True


def _can_write(s3: Any) -> bool:
    try:
        s3.put_object(Bucket=BUCKET, Key="up", Body=b"up")
    except (ClientError, BotoCoreError):
        return False
    return True
