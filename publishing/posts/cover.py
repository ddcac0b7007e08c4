"""The job that draws the cover of a packaged post anew, at another moment of its clip."""

from contextlib import suppress
from functools import partial
from typing import Any

from django.db import transaction

from errors import DomainError
from jobs.models import Job
from jobs.worker.handlers import Cost, Handler, Run, register
from library import storage
from library.media.progress import Stage
from library.storage_key import FolderKey
from publishing.models import Post
from publishing.posts.actions import COVER, draw_cover

SECONDS = 2.0  # CPU seconds: one frame of a published file is decoded


@register
class CoverHandler(Handler):
    """The frame at `cover_seconds` of the published file, label and all, in the place of the cover."""

    kind = COVER
    pool = "cpu"

    def estimate(self, params: dict[str, Any]) -> Cost:
        return Cost(SECONDS, stages={Stage.FETCH: 0.1, Stage.STORE: SECONDS})

    def work(self, run: Run) -> dict[str, Any]:
        from library.media.picture import write_cover
        from publishing.packaging.packager import COVER as FILE
        from publishing.packaging.packager import DOWNLOAD

        post = Post.objects.get(pk=run.params["post"])
        drawn = {"folder": post.folder, "cover_seconds": post.cover_seconds}
        if not post.folder:  # withdrawn, or being packaged anew: that draws it
            return drawn
        folder, target = FolderKey(post.folder), run.workdir / FILE
        run.stage(Stage.FETCH)
        film = storage.fetch(folder.file(DOWNLOAD), run.workdir)
        write_cover(film, target, seconds=min(post.cover_seconds, post.seconds))
        run.stage(Stage.STORE)
        storage.put(target, folder.file(FILE))
        return drawn

    def done(self, job: Job, result: dict[str, Any]) -> None:
        redraw_if_changed(job.params["post"], result["cover_seconds"])
        if result["folder"] and not Post.objects.filter(folder=result["folder"]).exists():
            transaction.on_commit(partial(storage.remove_folder, result["folder"]))

    def failed(self, job: Job, error: dict[str, Any]) -> None:
        """The post stays out, with the cover that it had."""


def redraw_if_changed(post_id: str, drawn: float) -> None:
    """Draw the cover once more where its owner chose another moment than `drawn` while it was at work."""
    out = Post.objects.filter(pk=post_id, state=Post.State.PUBLISHED)
    for post in out.exclude(cover_seconds=drawn).select_related("owner"):
        with suppress(DomainError), transaction.atomic():  # their machines are busy: the old cover stays
            draw_cover(post)
