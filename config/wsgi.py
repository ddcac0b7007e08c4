"""REST, scaled out: any WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from config import process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
process.answers_requests = True
_rest = get_wsgi_application()  # sets Django up, which the imports below need

from config.http.unreadable_headers import readable_headers  # noqa: E402
from config.http.whole_bodies import whole_bodies  # noqa: E402
from creator.accounts import token_use  # noqa: E402

token_use.serve()
application = whole_bodies(readable_headers(_rest))
