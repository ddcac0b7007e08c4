"""Log lines without what opens something and without whom they are about: read by many, and kept for long.

Every pattern is linear in the line. What it replaces is shortened, not left out, so that two lines about one
thing still look alike.
"""

import re

_NAMED = r"(?:x-amz-)?(?:token|ticket|code|secret|password|signature|credential)"
PATTERNS = (
    (re.compile(r"(?i)\b(bearer|basic)([ .:]+)[A-Za-z0-9._~+/=-]+"), r"\1\2…"),
    (re.compile(r"\b(ly[a-z]_)[A-Za-z0-9_-]{6,}"), r"\1…"),  # our own tokens, keys and tickets
    (re.compile(r"(/media/)[A-Za-z0-9_-]+(?=/)"), r"\1…"),  # the signature of a link
    (re.compile(rf"(?i)\b({_NAMED}=)[^&\s\"']+"), r"\1…"),  # in an address
    (re.compile(rf"(?i)(\b(?:{_NAMED}|key)[\"']: ?[\"'])[A-Za-z0-9_-]{{6,}}"), r"\1…"),  # in JSON
    (re.compile(r"(://[^/\s:@]{0,200}:)[^/\s@]+(?=@)"), r"\1…"),  # a password in an address
    (re.compile(r"(?<![\w.])([\w.%+-])[\w.%+-]{0,63}(@[\w-]{1,63}\.[\w.-]+)"), r"\1…\2"),
    (re.compile(r"(\+\d{2})\d{4,11}(\d{2})(?!\d)"), r"\1…\2"),
)
LONGEST_LINE = 16_384  # characters: the rest says no more


def redacted(text: str) -> str:
    """`text` with tokens, keys, tickets, codes, link signatures and passwords cut, addresses shortened."""
    text = text[:LONGEST_LINE]
    for pattern, shortened in PATTERNS:
        text = pattern.sub(shortened, text)
    return text
