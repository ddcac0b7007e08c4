"""An effect on the picture of a cut: a name of the catalogue with its settings, each a bounded number."""

from collections.abc import Iterator
from dataclasses import dataclass

from editing.engine.catalogue.effects import EFFECTS
from editing.engine.fields import Fields

MOST_EFFECTS = 8


@dataclass(frozen=True, slots=True)
class Effect:
    """`settings`: (name, value) of every setting the catalogue gives the effect."""

    name: str
    settings: tuple[tuple[str, float], ...] = ()


def read_effects(fields: Fields) -> tuple[Effect, ...]:
    return tuple(_effect(one) for one in fields.objects("effects", 0, MOST_EFFECTS, default=()))


def _effect(fields: Fields) -> Effect:
    name = fields.choice("name", tuple(EFFECTS))
    effect = Effect(name, tuple(_settings(name, fields)) if name in EFFECTS else ())
    if name in EFFECTS:  # of an unknown one nobody knows what it accepts
        fields.end()
    return effect


def _settings(name: str, fields: Fields) -> Iterator[tuple[str, float]]:
    for setting, bounds in EFFECTS[name].settings.items():
        yield setting, fields.number(setting, bounds.least, bounds.most, default=bounds.default)
