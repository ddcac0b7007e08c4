"""Settings, from the environment only. Every default is the embedded way to run: one machine, no server.

A `#:` comment above a variable says what it does and when to change it, its unit first, in brackets;
`python -m config.configuration` makes docs/configuration.md of them.
"""

from pathlib import Path
from typing import Any

import environ

from config import process
from config.origins import origins
from config.private_files import keep_private
from config.secret import kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# ── config: the installation ─────────────────────────────────────────────────────────────────────
#: [folder] Everything an embedded installation keeps: database, media, keys, queues. Change it to keep
#: them on another disk.
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
keep_private(VAR_DIR)

#: Django's debug mode, which shows source code and settings to whoever causes an error. Only while
#: developing.
DEBUG = env.bool("DEBUG", default=False)
#: Signs links to media, cursors and sign-in codes. By default made at first run and kept in VAR_DIR; set
#: it where several hosts serve one installation, to the same value on all.
SECRET_KEY = env("SECRET_KEY", default="") or kept_secret(VAR_DIR / "secret_key")
#: The host names that requests may be addressed to. Set it to the names under which the server is reached.
#: `make up` adds the addresses of its machine where it is not set.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
#: [origins] The web pages that may read what the server answers (CORS), as `https://app.example.org`; `*` for
#: all. Set it for a client that runs in a browser under another address; apps need none.
CORS_ORIGINS = origins(env.list("CORS_ORIGINS", default=[]))
#: [URL] What the links to media begin with; empty, the address that the request went to. Set it where media
#: is asked for under another address than the API.
PUBLIC_URL = env("PUBLIC_URL", default="")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "config.idempotency",
    "moderation",
    "creator",
    "jobs",
    "library",
    "waitlist",
    "generation",
    "editing",
    "publishing",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.http.security_headers.SecurityHeaders",
    "config.http.json_answers.CompressedJson",
    "config.http.json_answers.UnchangedJson",
    "django.middleware.locale.LocaleMiddleware",
    "config.http.strict_requests.StrictRequests",
    "django.middleware.common.CommonMiddleware",
    "config.request_budget.RequestBudgetMiddleware",
    "config.idempotency.middleware.IdempotencyMiddleware",
    "config.http.known_names.KnownNames",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
WEB_SERVER = "config.serve"  # the module that `make up` runs
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "creator.User"

# ── config: data ─────────────────────────────────────────────────────────────────────────────────
#: [seconds] How long a request waits for another that writes to SQLite; then it is told to try again. It
#: holds a thread meanwhile. Raise it where many write at once.
REQUEST_WAIT_SECONDS = env.float("REQUEST_WAIT_SECONDS", default=5.0)
#: [seconds] The same for workers and commands, whose work would be lost. Higher than that of requests.
WORKER_WAIT_SECONDS = env.float("WORKER_WAIT_SECONDS", default=30.0)
DATABASE_WAIT_SECONDS = REQUEST_WAIT_SECONDS if process.answers_requests else WORKER_WAIT_SECONDS
#: The database: SQLite on one machine, `postgresql://user:password@host/name` where several hosts work.
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'lingying.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE and WAL: writers queue instead of failing with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": DATABASE_WAIT_SECONDS,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}  # a file: threads must share it

#: A Redis for broker and channel layer. Empty: files in VAR_DIR, and event streams poll the
#: database. Set it where several hosts work.
REDIS_URL = env("REDIS_URL", default="")
#: Celery's broker; REDIS_URL if that is set, else a folder in VAR_DIR. Set it to use another one, as
#: `amqp://…`.
BROKER_URL = env("BROKER_URL", default=REDIS_URL or "filesystem://")
#: Where media is stored: `file:///folder`, `s3://bucket/prefix` (credentials as boto3 finds them, as in
#: AWS_ACCESS_KEY_ID) or `s3://key:secret@host:port/bucket/prefix?tls=no&region=…`. S3 where several hosts
#: work.
STORAGE_URL = env("STORAGE_URL", default=f"file://{VAR_DIR / 'media'}")

CHANNEL_LAYERS: dict[str, Any] = {}  # none when embedded: event streams poll the event table
# Nothing is cached, so nothing is pickled: what unpickles a cache runs what somebody else wrote into it.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
if REDIS_URL:
    _layer = "channels_redis.pubsub.RedisPubSubChannelLayer"
    CHANNEL_LAYERS = {"default": {"BACKEND": _layer, "CONFIG": {"hosts": [REDIS_URL]}}}

# ── config: language and time ────────────────────────────────────────────────────────────────────
USE_TZ = True
#: [IANA name] The time zone in which answers and logs write times; the database keeps UTC. Set it to your
#: own.
TIME_ZONE = env("TIME_ZONE", default="UTC")
USE_I18N = True
LANGUAGE_CODE = "en"
# zh, zh-CN and zh-SG are the first, zh-TW, zh-HK and zh-MO the second of the Chinese ones
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文")]
LOCALE_PATHS = [BASE_DIR / "config/locale"]

# ── config: the API ──────────────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["creator.accounts.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["creator.permissions.IsSignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.json_parser.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "api.paging.CursorPage",
    "DEFAULT_FILTER_BACKENDS": ["api.filters.ListFilter"],
    "DEFAULT_SCHEMA_CLASS": "config.openapi.operations.OperationSchema",
    "EXCEPTION_HANDLER": "config.errors.exception_handler",
    #: [proxies] How many reverse proxies stand before the server: so many entries of X-Forwarded-For
    #: are trusted when requests are counted by address. Set it to the number of yours.
    "NUM_PROXIES": env.int("NUM_PROXIES", default=0),
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

# ── config: HTTPS ────────────────────────────────────────────────────────────────────────────────
#: Whether plain HTTP is sent on to HTTPS, but for health checks. Set it where a proxy speaks HTTPS for the
#: server, and tells so in X-Forwarded-Proto (which is read where NUM_PROXIES is set, and only there).
SECURE_SSL_REDIRECT = env.bool("HTTPS_ONLY", default=False)
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if REST_FRAMEWORK["NUM_PROXIES"] else None
#: [seconds] How long browsers are told to use HTTPS alone for this host. Set it, as to 31536000, once HTTPS
#: is there to stay.
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=0)
#: Whether that holds for every host below this one, and may be built into browsers. Set it where all of them
#: speak HTTPS.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.bool("HSTS_SUBDOMAINS", default=False)
SECURE_REFERRER_POLICY = "no-referrer"  # a link to media opens what it names
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True  # no cookie is ever set; were one, then so
SILENCED_SYSTEM_CHECKS = ["security.W003"]  # no cookies, so nobody's browser can be made to ask for them

SPECTACULAR_SETTINGS = {
    "TITLE": "Lingying",
    "DESCRIPTION": "Prompt to clip, clip to edit, edit to feed. What all routes share: docs/clients.md.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": False,  # what a PATCH may leave out its serializer says, as any request
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "TAGS": [
        {"name": "creator", "description": "Accounts and API keys, credits."},
        {"name": "waitlist", "description": "The waiting line and invites."},
        {"name": "jobs", "description": "What is being made: progress, events, cancelling and trying again."},
        {"name": "library", "description": "Clips, stills and tracks, and uploads of them."},
        {"name": "generation", "description": "A prompt becomes a clip."},
        {"name": "editing", "description": "Clips become a clip: one-tap edits, drafts, templates."},
        {"name": "publishing", "description": "A clip becomes a post; the feed."},
    ],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["config.openapi.document.complete"],
}

# ── creator ──────────────────────────────────────────────────────────────────────────────────────
#: [class] Sends sign-in codes: FileSender writes them to VAR_DIR/sign-in-codes, which only the server's own
#: user may read, EmailSender in the same module mails them. Set it to that, or to a class of yours for an
#: SMS gateway, before others sign in.
CODE_SENDER = env("CODE_SENDER", default="creator.accounts.code_senders.FileSender")
#: [days] How long a sign-in lasts. Lower it where devices are shared.
SESSION_DAYS = env.int("SESSION_DAYS", default=90)
#: [name → number] Limits of this installation that are not the default, as `{"drafts": 100}`; docs/limits.md
#: has their names. Raise `network_codes` where many people share an address.
LIMITS: dict[str, int] = env.json("LIMITS", default={})
DATA_UPLOAD_MAX_MEMORY_SIZE = LIMITS.get("body", 2560 << 10)  # the same under WSGI
#: The mail server that EmailSender uses, as `smtp+tls://user:password@host:587`. Without one it sends no
#: codes.
vars().update(env.email("EMAIL_URL", default="consolemail://"))
#: [seconds] How long the mail server may take to answer. Raise it for a slow one.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)
#: [credits] What a creator is given when they are admitted. Set it to what a newcomer may spend.
SIGNUP_CREDITS = env.int("SIGNUP_CREDITS", default=600)

# ── jobs ─────────────────────────────────────────────────────────────────────────────────────────
#: [threads] How many CPU jobs (edits, packaging, uploads) `make up` works on at once. Raise it with the
#: cores.
JOBS_CPU_WORKERS = env.int("JOBS_CPU_WORKERS", default=2)
#: [seconds] How long a job belongs to a worker that no longer renews its lease. Lower, jobs of killed
#: workers go on sooner; higher, a paused or slow host loses none.
JOBS_LEASE_SECONDS = env.float("JOBS_LEASE_SECONDS", default=15.0)
#: [seconds] How often the watchdog takes back lost leases and wakes workers for queued jobs. Lower, a
#: lost job goes on sooner; higher, the database is asked less.
JOBS_WATCH_SECONDS = env.float("JOBS_WATCH_SECONDS", default=3.0)

#: [days] How long events of jobs that have ended can be read, their previews among them; those of deleted
#: clips are gone at once. Lower it to keep less about people.
JOBS_EVENTS_DAYS = env.float("JOBS_EVENTS_DAYS", default=30.0)
#: [days] How long a failed job keeps what it had made, for another try to go on from. Lower it with the disk.
JOBS_KEPT_DAYS = env.float("JOBS_KEPT_DAYS", default=7.0)
#: [seconds] How long a job that is cancelled, or over for another reason, may ignore that (in a read from a
#: dead network share, say) before its worker process is ended and started again. Raise it where models take
#: longer to load.
JOBS_HUNG_SECONDS = env.float("JOBS_HUNG_SECONDS", default=60.0)
#: [seconds] How long a job may run without once asking whether to go on before it is taken to hang, and its
#: worker process is ended. Raise it for models that take longer to load.
JOBS_SILENT_SECONDS = env.float("JOBS_SILENT_SECONDS", default=1800.0)

# ── library ──────────────────────────────────────────────────────────────────────────────────────
FILE_UPLOAD_HANDLERS = ["library.upload.handler.CappedUploadHandler"]
FILE_UPLOAD_TEMP_DIR = str(VAR_DIR / "uploads")
Path(FILE_UPLOAD_TEMP_DIR).mkdir(exist_ok=True)
#: [bytes] The largest file that is taken. Raise it with the disk there is for uploads.
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=512 << 20)
#: [seconds] The longest video or sound that is taken. Raise it for longer footage.
UPLOAD_MAX_SECONDS = env.int("UPLOAD_MAX_SECONDS", default=600)

# ── generation ───────────────────────────────────────────────────────────────────────────────────
#: [name → folder] The models that can be asked for: diffusers folders on this machine. Set it to serve
#: your own.
MODELS: dict[str, str] = env.json("MODELS", default={"lingying-tiny": str(BASE_DIR / "models/lingying-tiny")})
#: [name] The model of a request that names none; by default the first of MODELS.
DEFAULT_MODEL = env("DEFAULT_MODEL", default=next(iter(MODELS)))
#: [credits a second] What a second of video costs at 720p; 540p costs half, 1080p twice that. Set your
#: price.
GENERATION_CREDITS_PER_SECOND = env.float("GENERATION_CREDITS_PER_SECOND", default=2.0)

# ── publishing ───────────────────────────────────────────────────────────────────────────────────
#: Who is responsible for what is generated and published here: stands in the AI label and in the signing
#: certificate. Set it to the provider's legal name before anything is published.
PROVIDER_NAME = env("PROVIDER_NAME", default="Lingying")
#: [folder] Where the signing key is kept; made there if there is none. All workers need the same one.
SIGNING_KEYS = env("SIGNING_KEYS", default=str(VAR_DIR / "keys"))

# ── config: logs ─────────────────────────────────────────────────────────────────────────────────
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.logs.LineFormatter",
            "format": "{asctime} {levelname} {name}{request}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # In place of uvicorn's own handlers, whose lines nobody redacts. None: no line for each request.
    "loggers": {
        "uvicorn": {"handlers": ["console"], "propagate": False},
        "uvicorn.error": {"handlers": [], "propagate": True},
        "uvicorn.access": {"handlers": [], "propagate": False},
        "celery.beat": {"level": "WARNING"},  # it says every few seconds that the watchdog is due
    },
    #: [DEBUG, INFO, WARNING or ERROR] What is logged. DEBUG to look for a fault.
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
