"""What the views of these rooms share."""

from django.utils.translation import gettext
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

import errors
from editing.engine.errors import DocumentInvalid, FieldError
from library.models import Clip
from library.serializers import ClipSerializer


class DocumentErrorsView(APIView):
    """Answers every problem of a document as an error of its field; `document_field` is the field of the
    request that the document is in."""

    document_field = ""

    def handle_exception(self, exc: Exception) -> Response:
        raised = exc.problems if isinstance(exc, DocumentInvalid) else (exc,)
        problems = [problem for problem in raised if isinstance(problem, FieldError)]
        return super().handle_exception(self._as_fields(problems) if problems else exc)

    def _as_fields(self, problems: list[FieldError]) -> exceptions.ValidationError:
        fields: dict[str, list[exceptions.ErrorDetail]] = {}
        for problem in problems:
            path = ".".join(part for part in (self.document_field, problem.field) if part)
            sentence = errors.render_message(problem.as_dict(), gettext)
            fields.setdefault(path, []).append(exceptions.ErrorDetail(sentence, code=problem.code))
        return exceptions.ValidationError(fields)


def promised(clip: Clip, request: Request) -> Response:
    """202, with the pending clip."""
    return Response(ClipSerializer(clip, context={"request": request}).data, status=202)
