"""REST, scaled out: any WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from config import process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
process.answers_requests = True
_rest = get_wsgi_application()  # sets Django up, which the imports below need

from config.http.cross_origin import cross_origin  # noqa: E402
from config.http.request_ids import request_ids  # noqa: E402
from config.http.unreadable_headers import readable_headers  # noqa: E402
from config.http.whole_bodies import whole_bodies  # noqa: E402
from creator.accounts import token_use  # noqa: E402

token_use.serve()
application = request_ids(cross_origin(whole_bodies(readable_headers(_rest))))
