"""What may be neither asked for nor shown: rules (`rules.toml`) and how they are matched."""

from moderation.errors import TextBlocked
from moderation.matching import broken_by
from moderation.rules import RULES, Rule

__all__ = ["RULES", "Rule", "TextBlocked", "broken_by", "require_kept"]


def require_kept(field: str, *texts: str) -> None:
    """Raises TextBlocked, for `field`, if what others would read together in `texts` breaks a rule."""
    if broken := broken_by(*texts):
        rule, words = broken
        raise TextBlocked(field=field, rule={"message": rule.says, "params": {}}, words=", ".join(words))
