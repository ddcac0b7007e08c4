"""What a client asks of posts, and gets."""

from typing import Any

from library.models import Clip


def publish(client: Any, clip: Clip, **wish: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/posts", {"clip": str(clip.pk), **wish})
    assert answer.status_code == 202, answer.json()
    return answer.json()


def read(client: Any, post: dict[str, Any]) -> dict[str, Any]:
    return client.get(f"/api/v1/posts/{post['id']}").json()


def content(client: Any, url: str) -> bytes:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return b"".join(answer.streaming_content) if answer.streaming else answer.content
