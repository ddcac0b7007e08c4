"""From the end of the waiting line to a post in the feed; each step is asked for before the last is done."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.client import Answer, Phone, Refused

TRIMMED = 0.5  # seconds cut off at either end


@dataclass
class Journey:
    """What was made on the way: the id of each thing and the job that makes it."""

    generation: Answer = field(default_factory=dict)
    made: dict[str, Answer] = field(default_factory=dict)  # stage → clip, in the order asked for
    post: Answer = field(default_factory=dict)

    def jobs(self) -> dict[str, str]:
        """The job of each stage, in the order in which they will run."""
        stages = {stage: clip["job"]["id"] for stage, clip in self.made.items()}
        return stages | {"publish": self.post["job"]}


def be_let_in(phone: Phone, administrator: Phone) -> Answer:
    """Apply to the waiting list, as the server advises, and be admitted by an administrator."""
    try:
        phone.post("generations", prompt="早安")
    except Refused:
        phone.post("waitlist", reason="想试试 AI 生视频")
    place = phone.get("waitlist")
    administrator.post("waitlist/admit", count=1)
    return place


def ask_for_everything(phone: Phone, *, prompt: str, seconds: float, title: str) -> Journey:
    """Make it, trim it, turn it upright, post it: four calls, none of which waits for another."""
    generation = phone.post("generations", prompt=prompt, seconds=seconds, aspect="16:9")
    whole = generation["clip"]
    trimmed = phone.post(f"clips/{whole['id']}/trim", start=TRIMMED, end=seconds - TRIMMED)
    upright = phone.post(f"clips/{trimmed['id']}/reframe", aspect="9:16", mode="blur")
    post = phone.post("posts", clip=upright["id"], title=title, tags=["AI生视频"])
    return Journey(generation, {"generate": whole, "trim": trimmed, "reframe": upright}, post)


def arrive(phone: Phone, journey: Journey, target: Path) -> Answer:
    """The published post as everybody sees it in the feed, and its file as anybody downloads it."""
    post = phone.get(f"posts/{journey.post['id']}")
    newest: dict[str, Any] = phone.get("feed", tab="latest")["results"][0]
    assert post["state"] == "published" and newest["id"] == post["id"], post
    phone.download(post["download_url"], target)
    return post
