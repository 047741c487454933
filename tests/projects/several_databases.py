"""A host that keeps its own things in a database of its own, of another make."""

from tests.projects.plain import *
from tests.projects.plain import DATABASES, INSTALLED_APPS

INSTALLED_APPS = ["tests.projects.kennels", *INSTALLED_APPS]
DATABASES["kennels"] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": ":memory:",
    "TEST": {
        "MIGRATE": False
    },  # the router refuses all of ours there, which Django would go through
}
DATABASE_ROUTERS = ["tests.projects.kennels.routing.Router"]
