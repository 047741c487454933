"""A host that shows nothing to whoever has not signed in, but for what says otherwise."""

from tests.projects.plain import *
from tests.projects.plain import MIDDLEWARE

MIDDLEWARE = [*MIDDLEWARE, "django.contrib.auth.middleware.LoginRequiredMiddleware"]
LOGIN_URL = "/nowhere/"
