"""What goes out with a published file: what its creator published, and nothing of their library."""

from collections.abc import Callable
from pathlib import Path

import pytest

from creator.models import User
from library.models import Clip, Provenance
from publishing.packaging import verify
from tests.conftest import Api
from tests.publishing.calls import content, publish, read
from tests.publishing.conftest import film, filmed

__all__ = ["film", "filmed"]
pytestmark = pytest.mark.django_db(transaction=True)
PRIVATE = "给妈妈的生日惊喜 13800138000"


def test_a_published_file_does_not_tell_what_its_sources_are_called(
    api: Api,
    creator: User,
    other: User,
    filmed: Callable[..., Clip],
    work_all: Callable[..., int],
    tmp_path: Path,
) -> None:
    """A generated clip is called what it was asked for by: its prompt stays with its creator."""
    clip, source = filmed(creator), filmed(creator)
    Clip.objects.filter(pk__in=[clip.pk, source.pk]).update(title=PRIVATE)
    Provenance.objects.create(clip=clip, source=source, source_key=source.pk, relation="trim")
    post = publish(api(creator), clip, title="惊喜")
    work_all()

    published = tmp_path / "published.mp4"
    published.write_bytes(content(api(), read(api(other), post)["download_url"]))

    ingredients = verify(published).manifest["ingredients"]
    assert [one["instance_id"] for one in ingredients] == [f"urn:uuid:{source.pk}"]
    assert PRIVATE.encode() not in published.read_bytes()
