"""A host with pages of its own: of Counterfoil it has the API and the door for messages."""

from tests.projects.plain import *

ROOT_URLCONF = "tests.projects.urls_api_only"
INSTALLED_APPS = [
    "counterfoil",
    "procrastinate.contrib.django",
    "django.contrib.postgres",
    "django.contrib.auth",
    "django.contrib.contenttypes",
]
MIDDLEWARE = []
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
