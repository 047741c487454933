"""A host whose users are none of Django's: a UUID, and a mail address for a name."""

from tests.projects.plain import *
from tests.projects.plain import INSTALLED_APPS

INSTALLED_APPS = ["tests.projects.people", *INSTALLED_APPS]
AUTH_USER_MODEL = "people.Member"
