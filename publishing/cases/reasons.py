"""Why a post is taken down, as its author is told."""

from moderation import RULES

OTHERS = {
    "impersonation": "no passing for somebody else",
    "copyright": "nothing that is another's without their consent",
    "spam": "no spam",
    "law": "nothing the law forbids",
}
REASONS = {rule.name: rule.says for rule in RULES} | OTHERS
"""By name: the sentence, an English gettext msgid."""
