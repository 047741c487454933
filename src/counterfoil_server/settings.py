"""
Settings of the ready-to-run project. Everything that differs between places is read from the
environment; ``docs/reference`` lists the variables.
"""

from pathlib import Path
from urllib.parse import urlsplit

from counterfoil.conf import Settings

from . import environment as env
from .extras import need

_HERE = Path(__file__).parent

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY", "insecure-and-only-for-development" if DEBUG else "")

# --- where it is reached ---------------------------------------------------------------------
SITE_URL = env.text("SITE_URL", "http://localhost:8000").rstrip("/")
_SITE = urlsplit(SITE_URL)
_ENCRYPTED = _SITE.scheme == "https"
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", _SITE.hostname or "localhost")
CSRF_TRUSTED_ORIGINS = [f"{_SITE.scheme}://{_SITE.netloc}"]
TRUSTED_HOPS = env.number("TRUSTED_HOPS", 0)
if TRUSTED_HOPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Counterfoil -----------------------------------------------------------------------------
COUNTERFOIL_KEYS = env.mapping("COUNTERFOIL_KEYS")
COUNTERFOIL_SITE_URL = SITE_URL
COUNTERFOIL_SITE_NAME = env.text("SITE_NAME", "Counterfoil")
COUNTERFOIL_SUPPORT_MAIL = env.text("SUPPORT_MAIL")
COUNTERFOIL_THEME_URL = env.text("THEME_URL")
COUNTERFOIL_LOGO_URL = env.text("LOGO_URL")
COUNTERFOIL_MAIL_FROM = env.text("DEFAULT_FROM_EMAIL")
COUNTERFOIL_TRUSTED_HOPS = TRUSTED_HOPS
COUNTERFOIL_STAFF_SECOND_FACTOR = env.text("STAFF_SECOND_FACTOR")
COUNTERFOIL_POLICY = env.text("POLICY")
COUNTERFOIL_MAILER = env.text("MAILER")
COUNTERFOIL_ACCOUNTS = env.text("ACCOUNTS")
if _PROVISIONER := env.text("PROVISIONER"):
    COUNTERFOIL_PROVISIONER = _PROVISIONER
COUNTERFOIL_PROVISIONER_URL = env.text("PROVISIONER_URL")
COUNTERFOIL_PROVISIONER_SECRETS = env.words("PROVISIONER_SECRETS")
COUNTERFOIL_PROVISIONER_SENDS_MAIL = env.flag("PROVISIONER_SENDS_MAIL")
COUNTERFOIL_PROVISIONER_ALLOWS_LOOPBACK = env.flag("PROVISIONER_ALLOWS_LOOPBACK")
COUNTERFOIL_WEBHOOKS_ALLOW_LOOPBACK = env.flag("WEBHOOKS_ALLOW_LOOPBACK")
COUNTERFOIL_RATE_LIMITS = env.mapping("RATE_LIMITS")
if _KINDS := env.mapping("SUBJECT_KINDS"):
    COUNTERFOIL_SUBJECT_KINDS = _KINDS
_OWN = {name for name in globals() if name != "COUNTERFOIL_KEYS"}  # whose variable is of its name
globals().update(env.of_class(Settings, prefix="COUNTERFOIL_", besides=_OWN))  # all others
DEMO_PLACES = env.mapping("DEMO_PLACES")  # what the start page of a demo leads to
REGISTRY_URL = env.text("REGISTRY_URL")  # where counterfoil_server.registry.KennelRegistry writes

# --- the database ----------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL")}
DATABASES["default"] |= {"ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 600}  # seconds
_OPTIONS = DATABASES["default"]["OPTIONS"]
_OPTIONS.setdefault("connect_timeout", "10")  # seconds; a machine that is gone never refuses
if env.flag("DATABASE_POOLED"):  # a pooler lends its connections for a transaction each
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
else:  # who waits longer for a row is refused, and may retry; a pooler is told so itself
    _OPTIONS["options"] = f"-c lock_timeout=3s {_OPTIONS.get('options', '')}".rstrip()
if env.flag("DATABASE_PREPARE", "1"):  # plans are kept; planning an act costs as much as doing it
    _OPTIONS |= {"server_side_binding": True, "prepare_threshold": 3}
if _POOL := env.number("DATABASE_POOL_MAX", 0):  # or else each thread keeps its own connection
    DATABASES["default"] |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": _POOL, "timeout": 10}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the application -------------------------------------------------------------------------
INSTALLED_APPS = [
    "counterfoil",
    "procrastinate.contrib.django",
    "django.contrib.postgres",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "counterfoil_server.connections.KeptConnections",
    "counterfoil_server.request_ids.RequestIds",
    "counterfoil_server.probes.Probes",  # asked from inside: by any name, without encryption
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
if METRICS_TOKEN := env.text("METRICS_TOKEN"):  # who knows it is given figures at /metrics
    need("prometheus_client", extra="metrics")
    MIDDLEWARE.insert(2, "counterfoil_server.metrics.Measured")
if TELEMETRY := env.flag("TELEMETRY"):
    need("opentelemetry.sdk", extra="telemetry")
    MIDDLEWARE.insert(2, "counterfoil_server.telemetry.Spans")
ROOT_URLCONF = "counterfoil_server.urls"
WSGI_APPLICATION = "counterfoil_server.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- people ----------------------------------------------------------------------------------
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
]
LOGIN_URL = "counterfoil:console-sign-in"  # staff; customers get a code by mail
LOGIN_REDIRECT_URL = "counterfoil:console-home"
LOGOUT_REDIRECT_URL = LOGIN_URL

# --- languages and time ----------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "UTC")
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
    ("ar", "العربية"),
]

# --- files -----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.text("STATIC_ROOT") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None  # nothing was collected: serve from the packages

# --- mail ------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"no-reply@{_SITE.hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_FILE_PATH = env.text("EMAIL_FILE_PATH") or None
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 15
EMAIL_BACKEND = "django.core.mail.backends.{}.EmailBackend".format(
    "filebased" if EMAIL_FILE_PATH else "smtp"
)

# --- security --------------------------------------------------------------------------------
# Secure cookies would be lost on a site without encryption, such as the demo; the site's own
# address decides, and `check --deploy` complains about an address without encryption.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _ENCRYPTED
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 30 * 24 * 60 * 60  # staff get twelve hours when they sign in
SECURE_SSL_REDIRECT = _ENCRYPTED and not DEBUG
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _ENCRYPTED else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _ENCRYPTED
CSRF_FAILURE_VIEW = "counterfoil.pages.error_pages.not_sent_from_here"
SECURE_REFERRER_POLICY = "same-origin"  # addresses of claims carry a token
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # but for files, which it does not bound
_UPLOADS = "django.core.files.uploadhandler"
FILE_UPLOAD_HANDLERS = [
    "counterfoil_server.uploads.Bounded",
    f"{_UPLOADS}.MemoryFileUploadHandler",
    f"{_UPLOADS}.TemporaryFileUploadHandler",
]

# --- logs ------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "redact": {"()": "counterfoil.rules.redaction.RedactCodes"},
        "name": {"()": "counterfoil_server.request_ids.NameRequest"},
    },
    "formatters": {
        "json": {"()": "counterfoil_server.logs.JSONFormatter"},
        "text": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if env.text("LOG_FORMAT", "text") == "json" else "text",
            "filters": ["name", "redact"],
        },
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO").upper()},
    "loggers": {
        "django": {"level": "INFO", "handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
        # these write the address of every question to a channel
        "httpx": {"level": "WARNING"},
        "stripe": {"level": "WARNING"},
    },
}
