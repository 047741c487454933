"""A host whose users are none of Django's: a UUID, and a mail address for a name."""

from tests.projects.plain import *  # noqa: F403
from tests.projects.plain import DATABASES, INSTALLED_APPS

INSTALLED_APPS = ["tests.projects.people", *INSTALLED_APPS]
AUTH_USER_MODEL = "people.Member"
DATABASES["default"]["TEST"]["TEMPLATE"] = None  # it has other foreign keys
