"""People of an installation for `bench.abuse`, as JSON: run with its VAR_DIR."""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def main(count: int) -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    print(json.dumps([person(number) for number in range(count)]))


def person(number: int) -> dict[str, str]:
    from creator.accounts import tokens
    from creator.models import User
    from waitlist.admission.admit import admit

    user = User.objects.create_user(email=f"person{number}@example.org")
    admit(user)
    _, token = tokens.issue_session(user)
    return {"token": token, "clip": clip(user), "email": str(user.email)}


def clip(owner: Any) -> str:
    """A ready clip of four seconds."""
    from library.media.guard import ffmpeg
    from library.models import Clip
    from library.states import Origin
    from library.work import fulfil, store

    made = Clip.objects.create(
        owner=owner, origin=Origin.UPLOAD, width=320, height=180, fps=30, seconds=4, title="clip"
    )
    with tempfile.TemporaryDirectory() as folder:
        card = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30:duration=4"]
        ffmpeg.run([*card, "-pix_fmt", "yuv420p", "master.mp4"], cwd=Path(folder))
        fulfil(made, store(Path(folder) / "master.mp4", made.pk))
    return str(made.pk)


if __name__ == "__main__":
    main(int(sys.argv[1]))
