"""Settings, from the environment only. Every default is the embedded way to run: one machine, no server."""

from pathlib import Path
from typing import Any

import environ

from config.secret import kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="") or kept_secret(VAR_DIR / "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
PUBLIC_URL = env("PUBLIC_URL", default="")  # "" = links are relative to whoever asks

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "config.idempotency",
    "creator",
    "jobs",
    "library",
    "generation",
    "editing",
    "publishing",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.idempotency.middleware.IdempotencyMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "creator.User"

# ── data ─────────────────────────────────────────────────────────────────────────────────────────
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'lingying.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE and WAL: writers queue instead of failing with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}  # a file: threads must share it

REDIS_URL = env("REDIS_URL", default="")
BROKER_URL = env("BROKER_URL", default=REDIS_URL or "filesystem://")
STORAGE_URL = env("STORAGE_URL", default=f"file://{VAR_DIR / 'media'}")

CHANNEL_LAYERS: dict[str, Any] = {}  # none when embedded: readers tail the event table
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
    }
}
if REDIS_URL:
    _layer = "channels_redis.pubsub.RedisPubSubChannelLayer"
    CHANNEL_LAYERS = {"default": {"BACKEND": _layer, "CONFIG": {"hosts": [REDIS_URL]}}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

# ── language and time ────────────────────────────────────────────────────────────────────────────
USE_TZ = True
TIME_ZONE = env("TIME_ZONE", default="UTC")
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "config/locale"]

# ── the API ──────────────────────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["creator.accounts.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "library.paging.CursorPage",
    "DEFAULT_SCHEMA_CLASS": "config.openapi.operations.OperationSchema",
    "EXCEPTION_HANDLER": "config.errors.exception_handler",
    "NUM_PROXIES": env.int("NUM_PROXIES", default=0),  # whose X-Forwarded-For is believed
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Lingying",
    "DESCRIPTION": "Prompt to clip, clip to edit, edit to feed.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "TAGS": [
        {"name": "creator", "description": "Accounts and API keys, the waiting line and invites, credits."},
        {"name": "jobs", "description": "What is being made: progress, events, cancelling and trying again."},
        {"name": "library", "description": "Clips, stills and tracks, and uploads of them."},
        {"name": "generation", "description": "A prompt becomes a clip."},
        {"name": "editing", "description": "Clips become a clip: one-tap edits, drafts, templates."},
        {"name": "publishing", "description": "A clip becomes a post; the feed."},
    ],
    "ENUM_SUFFIX": "",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "CameraMove": "generation.runner.camera.MOVES",
        "CaptionStyle": "editing.engine.document.STYLES",
        "ClipOrigin": "library.states.Origin.values",
        "FrameInterpolation": "editing.engine.document.INTERPOLATIONS",
        "ModelAbility": "generation.runner.model_spec.EVERYTHING",
        "NodeMedium": ["picture", "sound"],
        "NodeRole": ["input", "filter", "output"],
        "PromiseState": "library.states.State.values",
        "ReframeMode": "editing.engine.document.MODES",
        "TransitionName": "editing.engine.catalogue.transitions.TRANSITIONS",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.openapi.document.complete",
    ],
}

# ── rooms (alphabetical) ─────────────────────────────────────────────────────────────────────────
# creator
CODE_SENDER = env("CODE_SENDER", default="creator.accounts.code_senders.LogSender")
SESSION_DAYS = env.int("SESSION_DAYS", default=90)
SIGN_IN_CODES_PER_IP = env.int("SIGN_IN_CODES_PER_IP", default=100)  # an hour
vars().update(
    env.email("EMAIL_URL", default="consolemail://")
)  # what creator.accounts.code_senders.EmailSender sends by
SIGNUP_CREDITS = env.int("SIGNUP_CREDITS", default=600)
# jobs
JOBS_CPU_WORKERS = env.int("JOBS_CPU_WORKERS", default=2)  # threads of the supervisor's cpu worker
JOBS_LEASE_SECONDS = env.float("JOBS_LEASE_SECONDS", default=15.0)
JOBS_WATCH_SECONDS = env.float("JOBS_WATCH_SECONDS", default=3.0)
# library
FILE_UPLOAD_HANDLERS = ["library.upload.handler.CappedUploadHandler"]
FILE_UPLOAD_TEMP_DIR = str(VAR_DIR / "uploads")
Path(FILE_UPLOAD_TEMP_DIR).mkdir(exist_ok=True)
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=512 << 20)
UPLOAD_MAX_SECONDS = env.int("UPLOAD_MAX_SECONDS", default=600)
# generation
MODELS: dict[str, str] = env.json("MODELS", default={"lingying-tiny": str(BASE_DIR / "models/lingying-tiny")})
DEFAULT_MODEL = env("DEFAULT_MODEL", default=next(iter(MODELS)))
GENERATION_CREDITS_PER_SECOND = env.float("GENERATION_CREDITS_PER_SECOND", default=2.0)  # at 720p
# publishing
PROVIDER_NAME = env("PROVIDER_NAME", default="Lingying")  # who answers for what is published here
SIGNING_KEYS = env("SIGNING_KEYS", default=str(VAR_DIR / "keys"))  # one folder for all workers: one signer

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
