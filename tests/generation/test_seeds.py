"""A seed is one video: no two of those that are accepted share their noise, and what is not is refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from generation.models import Generation
from generation.runner import errors, plan
from generation.runner.capsule import Capsule, differences
from generation.runner.families import registry
from generation.runner.families.diffusers_adapter import noise_source
from generation.runner.spec import LARGEST_SEED, GenerationSpec

ALIKE = [7, 2**32 + 7, 2**33 + 7, 2**48 + 7, 2**52 + 7, 7 << 32, LARGEST_SEED, LARGEST_SEED - 2**32]


def noise(seed: int) -> tuple[float, ...]:
    return tuple(torch.randn(4, generator=noise_source(seed)).tolist())


def test_seeds_that_are_equal_in_32_bits_are_different_noise() -> None:
    assert len({noise(seed) for seed in ALIKE}) == len(ALIKE)
    assert noise(2**32 + 7) == noise(2**32 + 7)


def test_a_seed_of_32_bits_is_the_noise_it_always_was() -> None:
    for seed in (0, 7, 2**31, 2**32 - 1):
        assert torch.equal(
            torch.randn(4, generator=noise_source(seed)),
            torch.randn(4, generator=torch.Generator().manual_seed(seed)),
        )


def test_a_large_seed_goes_on_where_it_was_saved() -> None:
    source = noise_source(2**40 + 1)
    torch.randn(700, generator=source)
    state = source.get_state()
    then = torch.randn(5, generator=source)

    assert torch.equal(torch.randn(5, generator=noise_source(3).set_state(state)), then)


@pytest.mark.parametrize("seed", [-1, LARGEST_SEED + 1, 2**64])
def test_a_seed_that_a_json_reader_would_round_is_refused_by_the_library_too(tiny: Path, seed: int) -> None:
    with pytest.raises(errors.SeedOutOfRange, match=str(LARGEST_SEED)):
        plan.check(GenerationSpec("x", seed=seed), registry.read(tiny))


def test_later_segments_keep_the_noise_that_older_capsules_name_by_more_bits() -> None:
    later = plan.seed_of(7, 3)
    now = Capsule("m", "f", GenerationSpec("x").as_dict(), {}, 1, 1.0, {}, (), 1, {}, {}, "s").as_dict()
    one, other = ({**now, "segments": ({"index": 3, "seed": seed},)} for seed in (later, later + (5 << 32)))

    assert later < 2**32 and noise(later) == tuple(
        torch.randn(4, generator=torch.Generator().manual_seed(later + (5 << 32))).tolist()
    )
    assert differences(one, other) == {}


@pytest.mark.django_db
def test_variants_of_any_seed_have_seeds_of_their_own_within_the_range(ask: Any) -> None:
    for seed in (2**31 + 5, LARGEST_SEED):
        ask("post", "generations", {"prompt": "一只猴子", "variants": 3, "seed": seed, "seconds": 1})
        seeds = [each.spec.seed for each in Generation.objects.order_by("pk")]
        assert seeds == [seed, *((seed + more) % (LARGEST_SEED + 1) for more in (1, 2))]
        Generation.objects.all().delete()


def test_the_schema_says_which_seeds_there_are(tiny: Path) -> None:
    schema = (Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml").read_text("utf-8")

    assert f"maximum: {LARGEST_SEED}" in schema and f"From 0 to {LARGEST_SEED}" in schema
    assert replace(GenerationSpec("x"), seed=LARGEST_SEED).as_dict()["seed"] == 9007199254740991
