"""`make demo`: one prompt, through the REST API of a server started for it, to a published post."""

import argparse
import json
import os
import time
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from demo.client import Phone
from demo.journey import TRIMMED, Journey, arrive, ask_for_everything, be_let_in
from demo.server import code_in_file, code_on_terminal, manage, running
from demo.show import follow
from demo.verify import verify

OUT = Path("out/demo")
CREATOR, ADMINISTRATOR = "+8613800000001", "+8613800000000"
screen = Console()


def main() -> None:
    wish = _arguments()
    OUT.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with running(OUT.resolve() / "var") as url:
        screen.print(f"the server answers at {url} after {time.monotonic() - began:.1f} s")
        receipt = take(wish, url)
    receipt["seconds"]["in all"] = round(time.monotonic() - began, 2)
    (OUT / "receipt.json").write_text(json.dumps(receipt, ensure_ascii=False, indent=1))
    screen.print_json(data=receipt)


def take(wish: argparse.Namespace, url: str) -> dict[str, Any]:
    """The journey itself, and its receipt."""
    phone = _admitted(url)
    journey = ask_for_everything(phone, prompt=wish.prompt, seconds=wish.seconds, title=wish.prompt[:40])
    screen.print(f"asked for everything: {wish.prompt}")
    if understood := journey.generation["understood"]:
        screen.print(understood["detail"])
    seconds = follow(phone, journey.jobs())
    post = arrive(phone, journey, OUT / "published.mp4")
    file = verify(OUT / "published.mp4", seconds=wish.seconds - 2 * TRIMMED)
    return _receipt(phone, journey, post, seconds) | {"file": file}


def _admitted(url: str) -> Phone:
    folder = OUT.resolve() / "var"
    manage(os.environ | {"VAR_DIR": str(folder)}, "staff", "--phone", ADMINISTRATOR)
    phone, administrator = Phone(url), Phone(url)
    phone.sign_in(CREATOR, partial(code_in_file, folder))
    administrator.sign_in(ADMINISTRATOR, partial(code_on_terminal, folder))
    place = be_let_in(phone, administrator)
    screen.print(f"number {place.get('place')} in the waiting line; admitted")
    return phone


def _receipt(
    phone: Phone, journey: Journey, post: dict[str, Any], seconds: dict[str, float]
) -> dict[str, Any]:
    generation = phone.get(f"generations/{journey.generation['id']}")
    return {
        "prompt": generation["prompt"],
        "understood": generation["understood"] and generation["understood"]["detail"],
        "model": generation["model"],
        "seed": generation["seed"],
        "generation": generation["id"],
        "clips": {stage: clip["id"] for stage, clip in journey.made.items()},
        "post": post["id"],
        "credits": phone.get("credits"),
        "seconds": {stage: round(spent, 2) for stage, spent in seconds.items()},
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--prompt", default="端午节日气氛,赛龙舟")
    parser.add_argument("--seconds", type=float, default=5.0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
