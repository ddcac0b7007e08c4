"""`Idempotency-Key` on any POST by somebody signed in: sent twice, done once, answered alike.

Done at most once, whatever happens: `reservation` says what a crash leaves. No transaction is open around
the request, so that nobody waits while it parses, probes or sends. Only success is kept; after an error the
same key may be used again. Keys belong to the session or API key they came with, and end with it.
"""

import logging
from collections.abc import Callable

from django.db import DatabaseError, OperationalError, connection
from django.http import HttpRequest, HttpResponse

import errors
from config.errors import passing_trouble, problem_response
from config.idempotency.errors import KeyTooLong, ShownOnce
from config.idempotency.fingerprint import fingerprint
from config.idempotency.models import KeptAnswer
from config.idempotency.reservation import Reservation, reserve
from creator.accounts import tokens
from creator.accounts.authentication import bearer_secret
from creator.models import Token

LONGEST_KEY = 255
Answer = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger(__name__)


class IdempotencyMiddleware:
    """Replays the kept answer of a key, or does the request and keeps its answer."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        token = _token(request) if request.method == "POST" and key is not None else None
        if key is None or token is None:
            return self.get_response(request)
        try:
            if not 0 < len(key) <= LONGEST_KEY:
                raise KeyTooLong(most=LONGEST_KEY)
            found = reserve(token, key, fingerprint(request))
            return _again(found) if isinstance(found, KeptAnswer) else self._once(request, found)
        except errors.DomainError as error:
            return problem_response(error)
        except OperationalError as error:
            if trouble := passing_trouble(error):
                return problem_response(trouble)
            raise

    def _once(self, request: HttpRequest, reservation: Reservation) -> HttpResponse:
        with connection.execute_wrapper(reservation.mark):
            response = self.get_response(request)
        try:
            reservation.keep(response)
        except DatabaseError:
            log.exception("an answer could not be kept")  # what was done is done, and is answered
        return response


def _token(request: HttpRequest) -> Token | None:
    """Whose key it is. Without a valid token nothing is written: the view says what is wrong with it."""
    secret = bearer_secret(request.META.get("HTTP_AUTHORIZATION", ""))
    return tokens.find(secret) if secret else None


def _again(kept: KeptAnswer) -> HttpResponse:
    if kept.secret:
        raise ShownOnce()
    again = HttpResponse(bytes(kept.body), status=kept.status, content_type=kept.content_type)
    again["Idempotent-Replayed"] = "true"
    return again
