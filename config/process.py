"""What this process is for. It is said before the settings are read, which depend on it."""

answers_requests = False  # set by config.asgi and config.wsgi
