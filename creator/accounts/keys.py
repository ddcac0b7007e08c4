"""API keys: tokens a person makes for their programs, shown once."""

from django.db import transaction

from creator.accounts import tokens
from creator.errors import TooManyKeys
from creator.models import Token, User

MOST = 20


@transaction.atomic
def make_key(*, owner: User, name: str, days: int | None = None) -> tuple[Token, str]:
    """A key and its secret; `days=None` lives until it is deleted. Raises TooManyKeys."""
    User.objects.select_for_update(no_key=True).get(
        pk=owner.pk
    )  # so that two at once do not both count to MOST − 1
    if Token.objects.filter(user=owner).keys().count() >= MOST:
        raise TooManyKeys(most=MOST)
    return tokens.issue(owner, kind=Token.Kind.KEY, name=name, days=days)
