"""Every file of the corpus is told why it is not taken, asks nobody, stays small and leaves no process."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from library.media import ingest, probe
from library.media.guard import process
from library.models import Clip
from library.work import fetch
from tests.library import footage, hostile_corpus
from tests.library.conftest import Upload, refusal
from tests.typing import not_none

pytestmark = pytest.mark.slow

Inside = tuple[str, list[str]]
Keys = Callable[[], set[str]]
HALF_A_GIGABYTE = 512 << 20

# Looks at each file as the web does, makes it anew as a worker does; then says how much memory either took.
TAKES_THEM_ALL = """
import resource, sys
from pathlib import Path
import errors
from library.media import ingest
limits = ingest.UploadLimits()
for path in map(Path, sys.argv[2:]):
    try:
        found = ingest.inspect(path, limits)
        make = ingest.still if found.kind.medium == "picture" else None
        target = Path(sys.argv[1]) / f"made{found.kind.suffix}"
        make(path, target, limits=limits) if make else ingest.video(path, target, found)
    except errors.DomainError:
        pass
# Of this process the kernel's own high-water mark: its resource usage begins with that of whoever started it.
own = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Callable[[hostile_corpus.Maker, str], Path]:
    """Each file made once, in a folder of its own."""
    made: dict[hostile_corpus.Maker, Path] = {}

    def of(maker: hostile_corpus.Maker, address: str) -> Path:
        if maker not in made:
            made[maker] = maker(tmp_path_factory.mktemp("harm"), address)
        return made[maker]

    return of


@pytest.mark.parametrize("maker", hostile_corpus.REFUSED, ids=lambda maker: maker.__name__)
def test_it_is_refused_with_a_reason_and_asks_nobody(
    maker: hostile_corpus.Maker, corpus: Any, upload: Upload, inside: Inside, stored: Keys
) -> None:
    address, asked = inside

    status, code = refusal(upload(corpus(maker, address)))

    assert status in (415, 422)
    assert code in hostile_corpus.REFUSED[maker]
    assert asked == []
    assert stored() == set()
    assert psutil.Process().children(recursive=True) == []


def test_no_file_of_the_corpus_takes_half_a_gigabyte(corpus: Any, tmp_path: Path) -> None:
    growing, largest = hostile_corpus.growing(tmp_path), hostile_corpus.as_large_as_is_taken(tmp_path)
    picture = footage.picture(tmp_path, "large.png", (8000, 5000))
    makers = (*hostile_corpus.REFUSED, *hostile_corpus.HEAVY)
    files = [*(corpus(maker, "") for maker in makers), growing, largest, picture]

    argv = [sys.executable, "-c", TAKES_THEM_ALL, str(tmp_path), *map(str, files)]
    told = subprocess.run(argv, cwd=Path(__file__).parents[2], capture_output=True, check=True).stdout

    assert max(int(kilobytes) << 10 for kilobytes in told.split()) < HALF_A_GIGABYTE


def test_a_stranger_is_looked_at_within_ten_seconds_and_half_a_gigabyte_or_not_at_all(tmp_path: Path) -> None:
    assert probe.APART.seconds <= 10
    greedy = [sys.executable, "-c", "bytearray(600 << 20)"]

    assert "MemoryError" in process.run(greedy, cwd=tmp_path, limits=probe.APART).tail


def test_a_film_that_grows_on_the_way_is_taken_as_it_began(tmp_path: Path) -> None:
    source = hostile_corpus.growing(tmp_path)

    made = ingest.video(source, tmp_path / "made.mp4", ingest.inspect(source, ingest.UploadLimits()))

    assert (made.width, made.height) == (320, 180)


def test_a_length_is_counted_and_not_believed(upload: Upload, tmp_path: Path) -> None:
    answer = upload(hostile_corpus.claims_ten_hours(tmp_path))

    assert answer.status_code == 202
    assert answer.json()["clip"]["seconds"] == pytest.approx(1, abs=0.1)


def test_a_page_behind_a_picture_is_gone_from_what_is_kept(
    upload: Upload, media: Path, stored: Keys, tmp_path: Path
) -> None:
    assert upload(hostile_corpus.script_behind_a_picture(tmp_path, "http://x")).status_code == 202

    [key] = stored()
    assert b"script" not in (media / key).read_bytes()


@pytest.mark.parametrize("maker", hostile_corpus.HEAVY, ids=lambda maker: maker.__name__)
def test_what_a_picture_unpacks_to_is_not_held_here_and_not_kept(
    maker: hostile_corpus.Maker, upload: Upload, media: Path, stored: Keys, tmp_path: Path
) -> None:
    path, before = maker(tmp_path, ""), psutil.Process().memory_info().rss

    assert upload(path).status_code in (202, 422)
    assert psutil.Process().memory_info().rss - before < 100 << 20
    assert all((media / key).stat().st_size < 200_000 for key in stored())
    assert psutil.Process().children(recursive=True) == []


@pytest.mark.parametrize("spoil", [hostile_corpus.flipped, hostile_corpus.cut_short])
@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_film_is_refused_or_becomes_a_whole_one_or_fails_with_a_reason(
    upload: Upload, work_all: Any, tmp_path: Path, spoil: Callable[[Path, int], Path], seed: int
) -> None:
    answer = upload(spoil(tmp_path, seed))

    if answer.status_code == 202:
        work_all()
        clip = Clip.objects.get(pk=answer.json()["clip"]["id"])
        if clip.state == "ready":
            assert probe.probe(fetch(clip, tmp_path)).frames == not_none(clip.frames) > 0
        else:
            assert clip.error is not None and clip.error["code"] == "media-unprocessable"
    else:
        assert refusal(answer)[0] in (415, 422)
    assert psutil.Process().children(recursive=True) == []
