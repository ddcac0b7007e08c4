"""How much of a request's body is read: Django writes a whole body to disk before any view is asked.

What declares a length is refused by it, what comes in chunks where it grows too large. A body that is no
larger than a stranger's may be costs no look at anything.
"""

from typing import Any

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.conf import settings
from django.urls import Resolver404, resolve
from rest_framework.parsers import FileUploadParser, MultiPartParser

import errors
from config.http.asgi import App, Message, Receive, Scope, Send, refuse
from config.http.callers import bearer, network
from config.http.errors import BodyTooLarge
from config.http.unfinished_bodies import UnfinishedBodies
from creator.accounts.authentication import user_for
from creator.limits import most
from library.errors import FileTooLarge
from library.upload.handler import FORM_BYTES

TAKES_FILES = (MultiPartParser, FileUploadParser)


class BodyLimit:
    """Answers 413, or what `before_body` of a view that takes files raises, and reads no further."""

    def __init__(self, app: App) -> None:
        self.app, self.unfinished = app, UnfinishedBodies()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = CountedBody(scope, receive, send, self.unfinished)
        try:
            await self._answer(body, scope, receive, send)
        finally:
            body.give_back()

    async def _answer(self, body: "CountedBody", scope: Scope, receive: Receive, send: Send) -> None:
        if body.declared > most("anonymous_body") and (refused := await body.refusal(body.declared)):
            return await refuse(scope, receive, send, refused)
        await self.app(scope, body.receive, body.send)
        if body.refused and not body.answered:
            await refuse(scope, receive, send, body.refused)
        return None


class CountedBody:
    """One request's body as the application may read it: it ends as a lost connection where it is refused."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, unfinished: UnfinishedBodies) -> None:
        self.scope, self._receive, self._send, self._unfinished = scope, receive, send, unfinished
        self.declared = _declared_length(scope)
        self.refused: errors.DomainError | None = None
        self.answered = False
        self._read = 0
        self._allowed = most("anonymous_body")
        self._network, self._held = network(scope), 0
        self._large_of: int | None = None

    async def receive(self) -> Message:
        message = await self._receive()
        size = len(message.get("body", b""))
        self._read += size
        if self._read > self._allowed:
            self.refused = self.refused or await self.refusal(self._read)
        self.refused = self.refused or self._hold(size)
        return {"type": "http.disconnect"} if self.refused else message

    def _hold(self, size: int) -> errors.DomainError | None:
        """Count what is kept of a small body; of a large one its person has a number."""
        if self._large_of is not None or not size:
            return None
        self._held += size
        try:
            self._unfinished.take_bytes(self._network, size)
        except errors.DomainError as error:
            return error
        return None

    def give_back(self) -> None:
        """The request is over."""
        if self._held:
            self._unfinished.give_back_bytes(self._network, self._held)
        if self._large_of is not None:
            self._unfinished.give_back_large(self._large_of)
        self._held, self._large_of = 0, None

    async def send(self, message: Message) -> None:
        self.answered = True
        await self._send(message)

    async def refusal(self, size: int) -> errors.DomainError | None:
        """Why a body of `size` bytes, more than any stranger may send, is not taken; None if it is."""
        user = await database_sync_to_async(user_for)(bearer(self.scope).decode("latin-1"))
        view = await sync_to_async(_view, thread_sensitive=False)(self.scope["path"]) if user else None
        takes_files = any(issubclass(kind, TAKES_FILES) for kind in getattr(view, "parser_classes", ()))
        most_here = settings.UPLOAD_MAX_BYTES + FORM_BYTES if takes_files else most("body")
        self._allowed = most_here if user else most("anonymous_body")
        if size > self._allowed:
            file_too_large = FileTooLarge(field="file", most=settings.UPLOAD_MAX_BYTES >> 20)
            return file_too_large if takes_files else BodyTooLarge(most=self._allowed >> 10)
        try:
            if before_body := getattr(view, "before_body", None):
                await database_sync_to_async(before_body)(user, self.declared)
            if user and self._large_of is None:
                self._unfinished.take_large(user.pk)
                self._large_of = user.pk
        except errors.DomainError as error:
            return error
        return None


def _view(path: str) -> Any:
    """The class of the view at `path`."""
    try:
        function: Any = resolve(path).func
    except Resolver404:
        return None
    return getattr(function, "cls", None) or getattr(function, "view_class", None)


def _declared_length(scope: Scope) -> int:
    """In bytes; 0 where none is declared. The server has refused what is no number."""
    found = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(found[0]) if found and found[0].isdigit() and len(found[0]) < 20 else 0
