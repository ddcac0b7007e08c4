"""The job that packages the clip of a post, and what its end means for the post."""

from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

import library.work
from api.raises import raises
from jobs.errors import ResultGone, is_cancellation
from jobs.models import Job
from jobs.worker.handlers import Cost, Handler, Run, register
from library import storage
from library.media.progress import Stage
from publishing.errors import ClipDeleted
from publishing.models import Post
from publishing.posts import files
from publishing.posts.actions import KIND, announce
from publishing.posts.cover import redraw_if_changed

STARTING, SECONDS = 5.0, 0.05  # CPU seconds: for any post, and for a megapixel of its clip
BYTES = 30_000  # a megapixel of its clip: the ladder


@register
class PackageHandler(Handler):
    """Clip → label, HLS ladder, cover, signature → storage.

    Every attempt stores under a folder of its own, so a worker that lost its lease and the one that has it
    now never write the same file; when the job ends, the other folders are removed.
    """

    kind = KIND
    pool = "cpu"

    def estimate(self, params: dict[str, Any]) -> Cost:
        """CPU seconds and bytes by the megapixels of the clip: its label, the lower rungs, the check."""
        megapixels = params.get("megapixels", 0.0)
        seconds = SECONDS * megapixels
        stages: dict[str, float] = {
            Stage.LABELLING: seconds / 4,
            Stage.TRANSCODING: seconds * 3 / 4,
            Stage.SIGNING: STARTING,
        }
        return Cost(STARTING + seconds, round(BYTES * megapixels), stages)

    def work(self, run: Run) -> dict[str, Any]:
        from publishing import packaging
        from publishing.posts import lineage  # a web process shall not import av, numpy, Pillow

        post = Post.objects.select_related("clip").get(pk=run.params["post"])
        if post.clip is None:
            raise ClipDeleted()
        out = run.workdir / "package"
        out.mkdir()
        package = packaging.package(
            library.work.fetch(post.clip, run.workdir),
            out,
            label=lineage.label(post) if post.clip.generated else None,
            provenance=lineage.provenance(post.clip),
            identity=packaging.identity(Path(settings.SIGNING_KEYS), settings.PROVIDER_NAME),
            title=post.title,
            cover_seconds=post.cover_seconds,
            progress=run,
        )
        size = sum((package.folder / name).stat().st_size for name in package.files)
        folder = files.new_folder(post.root)
        try:
            files.store(package, folder, check=run.check)
            run.check()
        except Exception:
            storage.remove_folder(folder)
            raise
        shape = {"width": package.width, "height": package.height, "seconds": package.seconds}
        return {"folder": folder, "bytes": size, "drawn": post.cover_seconds, **shape}

    def discard(self, result: dict[str, Any]) -> None:
        storage.remove_folder(result["folder"])

    def done(self, job: Job, result: dict[str, Any]) -> None:
        pending = Post.objects.filter(pk=job.params["post"], state=Post.State.PENDING)
        now = timezone.now()
        shown = Greatest(Coalesce("publish_at", now), now)
        packaged = {name: value for name, value in result.items() if name != "drawn"}
        won = pending.update(state=Post.State.PUBLISHED, published_at=shown, error=None, **packaged)
        if won:
            redraw_if_changed(job.params["post"], result["drawn"])
            announce(job.params["post"])
        kept = result["folder"] if won else None
        transaction.on_commit(partial(files.remove_others, f"posts/{job.params['post']}/", kept))

    def failed(self, job: Job, error: dict[str, Any]) -> None:
        pending = Post.objects.filter(pk=job.params["post"], state=Post.State.PENDING)
        ended = Post.State.CANCELLED if is_cancellation(error) else Post.State.FAILED
        pending.update(state=ended, error=error)
        transaction.on_commit(partial(storage.remove_folder, f"posts/{job.params['post']}/"))

    @raises(ClipDeleted, ResultGone)
    def retried(self, job: Job) -> None:
        # only while this is the post's job: publishing the clip again gives the post another
        broken = Post.objects.filter(pk=job.params["post"], job=job, state=Post.State.FAILED)
        if broken.filter(clip=None).exists():
            raise ClipDeleted()
        if not broken.update(state=Post.State.PENDING, error=None):
            raise ResultGone()
