"""Who signed a package, with what, and what a changed bit does to that."""

import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from publishing.packaging import Identity, Package, Provenance, Source, verify
from tests.publishing.packages import luma, packaged


def test_the_signature_tells_what_was_done_and_is_trusted_by_its_root(
    sounding: Path, tmp_path: Path, signer: Identity
) -> None:
    made = Provenance("lingying-tiny", {"seed": 7}, (Source("0192-a", "trim"), Source("0192-b", "reframe")))
    done = packaged(sounding, tmp_path, signer, provenance=made)

    verdict = verify(done.folder / done.download, signer)
    actions = verdict.manifest["assertions"][1]["data"]["actions"]

    assert verdict.state == "Trusted"
    assert verdict.manifest["title"] == "赛龙舟"
    assert actions[0]["digitalSourceType"].endswith("trainedAlgorithmicMedia")
    assert [action["action"] for action in actions] == [
        "c2pa.created",
        "c2pa.edited",
        "c2pa.cropped",
        "c2pa.edited",
        "c2pa.published",
    ]
    assert {source["instance_id"] for source in verdict.manifest["ingredients"]} == {
        "urn:uuid:0192-a",
        "urn:uuid:0192-b",
    }


def test_anybody_can_check_the_signature_and_sees_a_single_changed_bit(
    published: Package, tmp_path: Path
) -> None:
    download = published.folder / published.download
    forged = tmp_path / "forged.mp4"
    data = bytearray(download.read_bytes())
    data[len(data) // 2] ^= 1
    forged.write_bytes(data)

    assert verify(download).state == "Valid"
    assert verify(forged).state == "Invalid"


def test_a_file_without_a_signature_is_said_to_have_none(sounding: Path) -> None:
    assert verify(sounding).state == "Missing"


@pytest.mark.slow
def test_what_no_model_made_is_signed_and_bears_no_ai_label(
    sounding: Path, tmp_path: Path, signer: Identity
) -> None:
    done = packaged(sounding, tmp_path, signer, label=None, provenance=Provenance())
    download = done.folder / done.download

    with av.open(str(download)) as media:
        assert "AIGC" not in media.metadata
    assert all(np.array_equal(a, b) for a, b in zip(luma(sounding), luma(download), strict=True))
    verdict = verify(download, signer)
    assert verdict.state == "Trusted"
    assert verdict.manifest["assertions"][-1]["data"]["actions"][0]["action"] == "c2pa.opened"


def test_processes_that_start_at_once_agree_on_one_identity(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from publishing.packaging.identity import identity;"
        "sys.stdin.readline(); print(identity(pathlib.Path(sys.argv[1])).certificate.hex())"
    )
    argv = [sys.executable, "-c", script, str(tmp_path / "keys")]
    racers = [subprocess.Popen(argv, stdin=-1, stdout=-1, text=True) for _ in range(4)]
    found = {racer.communicate("go\n")[0] for racer in racers}

    assert len(found) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["c2pa.pem"]
    assert (tmp_path / "keys/c2pa.pem").stat().st_mode & 0o777 == 0o600
