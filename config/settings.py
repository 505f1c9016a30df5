"""All settings. The environment decides; README lists what it may say."""

import logging
import os
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import environ
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import live_use
from config.environment import embedded_keys, production_keys
from config.providers import read_providers

ROOT = Path(__file__).resolve().parent.parent
env = environ.Env()

EMBEDDED = not os.environ.get("DATABASE_URL")
DEMO = env.bool("DEMO", default=EMBEDDED)
REDBAG_DATA = Path(env.str("REDBAG_DATA", default=str(ROOT / "var"))).resolve()
REDBAG_DATA.mkdir(parents=True, exist_ok=True)

if EMBEDDED and not DEMO:
    raise ImproperlyConfigured("DATABASE_URL is not set. Production (DEMO=0) needs PostgreSQL: see README, 'Settings'.")
keys = production_keys(os.environ) if not DEMO else {**embedded_keys(REDBAG_DATA), **os.environ}
SECRET_KEY = keys["SECRET_KEY"]
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
LABEL_KEYS = [key.strip() for key in keys["LABEL_KEY"].split(",")]
DATA_KEYS = [key.strip() for key in keys["DATA_KEYS"].split(",")]
JOURNAL_KEYS = [key.strip() for key in keys["JOURNAL_KEY"].split(",")]
JOURNAL_PUBLIC_KEYS = env.list("JOURNAL_PUBLIC_KEYS", default=[])

HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://{HOST}:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"] if DEMO else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL] if "://" in PUBLIC_URL else [])
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="red-bag-demo")
CLINICAL_SAFETY_OFFICER = env.str("CLINICAL_SAFETY_OFFICER", default="")
CAUTION = live_use.caution(CLINICAL_SAFETY_OFFICER)
DEBUG = False
SECURE = PUBLIC_URL.startswith("https://")
if not DEMO:
    if not ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS is not set. Name the host this service answers to.")
    if any("*" in host for host in ALLOWED_HOSTS):
        raise ImproperlyConfigured("ALLOWED_HOSTS must name hosts. With * anybody's links would carry another's name.")
    if not SECURE:
        raise ImproperlyConfigured("PUBLIC_URL must begin with https:// in production.")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "redbag",
]
MIDDLEWARE = [
    "redbag.web.middleware.log_request",
    "redbag.web.headers.harden",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "redbag.web.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "redbag.web.middleware.Csrf",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "redbag.web.tablet_lock.keep_limits",
    "redbag.web.refusals.note_refusals",
    "redbag.web.middleware.gate",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["redbag.templatetags.redbag", "redbag.templatetags.drafts"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "redbag.web.context.everywhere",
            ],
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{REDBAG_DATA / 'redbag.sqlite3'}")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
else:
    DATABASES["default"]["ENGINE"] = "redbag.rows"  # PostgreSQL, told with every statement whose rows may open
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}

AUTH_USER_MODEL = "redbag.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "web:sign_in"
SESSION_LASTS = timedelta(hours=12)  # from signing in, however busy
SESSION_IDLE = timedelta(minutes=30)  # on anybody's own device; shared tablets lock sooner
SESSION_COOKIE_AGE = int(SESSION_LASTS.total_seconds())
SESSION_ENGINE = "redbag.web.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
OWN_COOKIE = f"_{PORT}" if EMBEDDED else ""  # two services on one machine share its cookies
BOUND = "__Host-" if SECURE else ""  # to this host alone and to TLS, says the browser
SESSION_COOKIE_NAME = f"{BOUND}redbag_session{OWN_COOKIE}"
CSRF_COOKIE_NAME = f"{BOUND}redbag_csrf{OWN_COOKIE}"
CSRF_FAILURE_VIEW = "redbag.web.problems.form_expired"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE and not DEMO
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("TRUST_PROXY", default=False) else None
PROXIES = max(1, env.int("PROXIES", default=1))  # of ours, one behind the other, in front of the service
SECURE_HSTS_SECONDS = 31536000 if SECURE and not DEMO else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
SECURE_REFERRER_POLICY = "no-referrer"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "upgrade-insecure-requests": SECURE,
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(REDBAG_DATA / "static"))
WHITENOISE_USE_FINDERS = EMBEDDED or DEMO
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(REDBAG_DATA / "files")},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MAX_UPLOAD_BYTES = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_UPLOAD_BYTES + 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

mail = env.email("EMAIL_URL", default="filemail://")
vars().update(mail)
if mail["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
    EMAIL_FILE_PATH = str(REDBAG_DATA / "mail")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Red Bag <no-reply@redbag.example>")
EMAIL_TIMEOUT = 15
OIDC_PROVIDERS = read_providers(env.str("OIDC_PROVIDERS", default=""), demo=DEMO)
# Where a one-time code may be sent to: a domain exactly, or with *. whatever stands below it.
BREAK_GLASS_EMAIL_DOMAINS = env.list("BREAK_GLASS_EMAIL_DOMAINS", default=["nhs.net", "*.nhs.uk"])

VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="")
VAPID_SUBJECT = env.str("VAPID_SUBJECT", default="") or "mailto:" + parseaddr(DEFAULT_FROM_EMAIL)[1]
SMS_URL = env.str("SMS_URL", default="")
SMS_TOKEN = env.str("SMS_TOKEN", default="")

MAIL_DOMAIN = env.str("MAIL_DOMAIN", default=urlsplit(PUBLIC_URL).hostname or "localhost")  # of homes' addresses

BROKER_URL = env.str("BROKER_URL", default=f"sqla+sqlite:///{REDBAG_DATA / 'broker.sqlite3'}?timeout=20")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["redbag.api.sign_in.Bearer", "redbag.api.sign_in.Browser"],
    "DEFAULT_PERMISSION_CLASSES": ["redbag.api.gate.Gate"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["redbag.api.parsing.Json"],
    "DEFAULT_SCHEMA_CLASS": "redbag.api.naming.Named",
    "EXCEPTION_HANDLER": "redbag.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,
    "DATETIME_FORMAT": "iso-8601",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Red Bag",
    "DESCRIPTION": "Records the bag that goes to hospital with a care-home resident, and what comes back."
    + (f" **{CAUTION}** No clinical safety officer has signed it off." if CAUTION else ""),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["redbag.api.schema.problems_everywhere"],
}

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ],
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Django's own lines hold whole paths, and a path may hold a token: log_request writes them cut short.
        "django.request": {"level": "CRITICAL"},
        "django.server": {"level": "CRITICAL"},
    },
}
# W003 looks for Django's own class by name: redbag.web.middleware.Csrf is made of it, and stricter.
SILENCED_SYSTEM_CHECKS = ["security.W003", *(["security.W008"] if DEMO else [])]
