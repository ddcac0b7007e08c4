"""REST, scaled out: any WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from config import process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
process.answers_requests = True
application = get_wsgi_application()  # sets Django up, which the import below needs

from creator.accounts import token_use  # noqa: E402

token_use.serve()
