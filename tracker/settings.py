"""The one settings file; what differs between a demo and a hospital comes from the environment (see .env.example)."""

from __future__ import annotations

from pathlib import Path

from . import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = environment.var_folder(BASE_DIR)

SECRET_KEY = environment.secret_key(VAR_DIR)
DEBUG = environment.flag("DEBUG", False)
ALLOWED_HOSTS = environment.listed("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
HTTPS = environment.flag("HTTPS", False)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "tracker",
    "dosing",
    "alerts",
]

MIDDLEWARE = [
    # First, so that files, wrong hosts and bad requests carry their headers too.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A page is 40 to 100 kB of markup and a tablet's Wi-Fi is slow. It adds a random length to each answer, so that the
    # length of a compressed page tells nothing of what is in it.
    "django.middleware.gzip.GZipMiddleware",
    "tracker.middleware.CookieMiddleware",
    "tracker.middleware.LateAnswerMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tracker.middleware.DeviceMiddleware",
    "tracker.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "alerts.context.page",
            ],
            "builtins": ["tracker.templatetags.ward"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
        },
    }
]

DATABASES = {"default": environment.database(VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "tracker.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = 12 * 60 * 60  # one long shift, counted from the sign-in
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by machines beside this one, over plain http
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("BEHIND_PROXY", False) else None
CSRF_TRUSTED_ORIGINS = environment.listed("CSRF_TRUSTED_ORIGINS", "")
# Messages name patients: they end with the session, while a cookie would show them to the next person.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "tracker.views.problems.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# The pages always ask for the checks at the bedside; programs that check by their own means need not send them.
API_NEEDS_BEDSIDE_CHECKS = environment.flag("API_NEEDS_BEDSIDE_CHECKS", False)

# Two proxies in front at most could lie about the address; an audit entry keeps the peer unless BEHIND_PROXY is set.
BEHIND_PROXY = environment.flag("BEHIND_PROXY", False)

LANGUAGE_CODE = "en-gb"
USE_TZ = True
TIME_ZONE = "UTC"  # inside; screens show the ward's own zone
USE_I18N = False

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # empty until it is collected; WhiteNoise warns of a folder that is not there
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576  # a round is under 10 kB; 1 MB is refused before it is parsed
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tracker.api.authentication.BearerToken",
        "tracker.api.authentication.PageSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["tracker.api.gate.NamedPermission"],
    "DEFAULT_PARSER_CLASSES": ["tracker.api.parsers.ExactJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["tracker.api.renderers.ExactJSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "tracker.api.pagination.NewestFirst",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "tracker.api.problems.as_problem",
    "PAGE_SIZE": 50,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "IL-2 Ward",
    "DESCRIPTION": "High-dose interleukin-2: the chart, the doses, the alerts and the audit trail.",
    "VERSION": "v1",
    "SERVE_INCLUDE_SCHEMA": False,
}

CELERY_BEAT_SCHEDULER = "tracker.beat:Scheduler"
# Notices by e-mail: the hospital's mail server.
_MAIL = environment.mail()
EMAIL_HOST, EMAIL_PORT = _MAIL["EMAIL_HOST"], _MAIL["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_USER"], _MAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL["EMAIL_USE_TLS"], _MAIL["EMAIL_USE_SSL"]
DEFAULT_FROM_EMAIL = (environment.listed("EMAIL_FROM", "il2-ward@localhost") or ["il2-ward@localhost"])[0]

CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = environment.broker(VAR_DIR)
if CELERY_BROKER_URL.startswith("filesystem:"):
    CELERY_BROKER_TRANSPORT = "tracker.folder_broker:Transport"

# Below so many free MB where the data lie, and after so many hours without a backup, the administrator is told.
DISK_FREE_MB = environment.number("DISK_FREE_MB", 500)
BACKUP_MAX_AGE_H = environment.number("BACKUP_MAX_AGE_H", 26)
BACKUP_STAMP = environment.file("BACKUP_STAMP")

HEARTBEAT_URL = environment.web_address("HEARTBEAT_URL")
METRICS_TOKEN = environment.token("METRICS_TOKEN")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # It says at each start that it cannot make pictures: only its encoding is used.
    "loggers": {"pyBarcode": {"level": "WARNING"}},
}
