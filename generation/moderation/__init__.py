"""What may not be asked for: rules that people review (`rules.toml`) and the code that applies them."""

from generation.moderation.rules import RULES, Rule, broken_by, normal

__all__ = ["RULES", "Rule", "broken_by", "normal"]
