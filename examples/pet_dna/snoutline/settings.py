"""Settings of Snoutline: a Django project as any other, with Counterfoil among its apps."""

import json
import os
from pathlib import Path
from urllib.parse import urlsplit

from counterfoil_server import environment

HERE = Path(__file__).parent

DEBUG = os.environ.get("DEBUG", "1") == "1"
SECRET_KEY = os.environ.get("SECRET_KEY", "insecure-and-only-for-trying-out" if DEBUG else "")
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8300")
ALLOWED_HOSTS = ["*"] if DEBUG else [urlsplit(SITE_URL).hostname or ""]

# --- Counterfoil: what a host says about itself ----------------------------------------------
COUNTERFOIL_SITE_URL = SITE_URL
COUNTERFOIL_SITE_NAME = "Snoutline"
COUNTERFOIL_SUPPORT_MAIL = "help@snoutline.example"
COUNTERFOIL_THEME_URL = "/static/snoutline/tokens.css"
COUNTERFOIL_LOGO_URL = "/static/snoutline/logo.svg"
COUNTERFOIL_ACCOUNTS = "snoutline.door.Door"
COUNTERFOIL_PROVISIONER = "snoutline.lab.Lab"
COUNTERFOIL_SUBJECT_KINDS = {
    "dog": {
        "label": "Dog",
        "chooser": "snoutline.chooser.MyDogs",
        "relations": [],  # a kit is for a dog: nobody is asked whose
        "schema": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "title": "Your dog's name", "maxLength": 40},
                "breed": {"type": "string", "title": "Breed, if you know it", "maxLength": 60},
                "sex": {
                    "type": "string",
                    "title": "Sex",
                    "enum": ["female", "male"],
                    "x-labels": {"female": "Female", "male": "Male"},
                },
            },
            "required": ["name"],
            "x-order": ["name", "breed", "sex"],
        },
    }
}
if KEYS := os.environ.get("COUNTERFOIL_KEYS"):  # not needed while DEBUG is on
    COUNTERFOIL_KEYS = json.loads(KEYS)

# --- the database: PostgreSQL, and no transaction around requests ----------------------------
DATABASES = {"default": environment.database("DATABASE_URL")}
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("SNOUTLINE_TEST_DB", "test_snoutline")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "snoutline",  # before Counterfoil: our templates over its own
    "counterfoil",
    "procrastinate.contrib.django",
    "django.contrib.postgres",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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
ROOT_URLCONF = "snoutline.urls"
AUTH_USER_MODEL = "snoutline.Owner"
LOGIN_URL = "sign-in"
STATIC_URL = "/static/"
TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGES = [("en", "English")]
SECURE_REFERRER_POLICY = "same-origin"

# --- mail: to a folder that the demo shows, or to wherever yours goes ------------------------
DEFAULT_FROM_EMAIL = "Snoutline <hello@snoutline.example>"
MAIL_FOLDER = os.environ.get("MAIL_FOLDER", "")
EMAIL_FILE_PATH = MAIL_FOLDER or None
EMAIL_BACKEND = "django.core.mail.backends.{}.EmailBackend".format(
    "filebased" if MAIL_FOLDER else "console" if DEBUG else "smtp"
)
