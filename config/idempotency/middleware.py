"""`Idempotency-Key` on any POST by somebody signed in: sent twice, done once, answered alike.

What a request did and its kept answer are written in one transaction: a crash leaves both or neither. Only
success is kept; after an error the same key may be used again.
"""

import hashlib
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext

import errors
from config.errors import MEDIA_TYPE, problem_details, status_of
from config.idempotency.models import KeptAnswer

LONGEST_KEY = 255
Answer = Callable[[HttpRequest], HttpResponse]


class KeyTooLong(errors.Invalid):
    code = "idempotency-key-too-long"
    message = "An Idempotency-Key has 1 to {most} characters."


class KeyReused(errors.Unprocessable):
    code = "idempotency-key-reused"
    message = "This Idempotency-Key was used for a different request; send a new key with a new request."


class ShownOnce(errors.Conflict):
    code = "shown-once"
    message = "This was done already, and its answer is shown only once."


class IdempotencyMiddleware:
    """Replays the kept answer of a key, or does the request and keeps its answer."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key, caller = request.headers.get("Idempotency-Key"), request.headers.get("Authorization")
        if request.method != "POST" or key is None or caller is None:
            return self.get_response(request)
        if not 0 < len(key) <= LONGEST_KEY:
            return _refuse(KeyTooLong(most=LONGEST_KEY))
        return self._once(request, _sha256(caller.encode()), key, _fingerprint(request))

    def _once(self, request: HttpRequest, caller: str, key: str, asked: str) -> HttpResponse:
        try:
            with transaction.atomic():
                kept = KeptAnswer.objects.create(caller=caller, key=key, request=asked)
                return _keep(kept, self.get_response(request))
        except IntegrityError:
            first = KeptAnswer.objects.filter(caller=caller, key=key).first()
            if first is None:
                raise
            return _replay(first, asked)


def _keep(kept: KeptAnswer, response: HttpResponse) -> HttpResponse:
    if response.status_code >= 500:
        transaction.set_rollback(True)
    elif response.status_code >= 400:
        kept.delete()
    else:
        kept.secret = "no-store" in response.get("Cache-Control", "")
        kept.status, kept.content_type = response.status_code, response.get("Content-Type", "")
        kept.body = b"" if kept.secret else response.content
        kept.save()
    return response


def _replay(kept: KeptAnswer, asked: str) -> HttpResponse:
    if kept.request != asked:
        return _refuse(KeyReused())
    if kept.secret:
        return _refuse(ShownOnce())
    again = HttpResponse(bytes(kept.body), status=kept.status, content_type=kept.content_type)
    again["Idempotent-Replayed"] = "true"
    return again


def _refuse(error: errors.DomainError) -> JsonResponse:
    status = status_of(error)
    body = problem_details(status, error.code, errors.render_message(error.as_dict(), gettext))
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)


def _fingerprint(request: HttpRequest) -> str:
    """SHA-256 of method, path and body; of a form, its size. It is parsed here, before the transaction."""
    is_form = request.content_type == "multipart/form-data"
    body = (
        f"{len(request.FILES)} {request.headers.get('Content-Length')}".encode() if is_form else request.body
    )
    return _sha256(f"{request.method} {request.get_full_path()}\n".encode() + body)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
