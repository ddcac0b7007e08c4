"""REST, scaled out: any WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_rest = get_wsgi_application()  # sets Django up, which the import below needs

from config.http.unreadable_headers import readable_headers  # noqa: E402

application = readable_headers(_rest)
