"""A host with a strict content security policy of its own, which is put over ours."""

from tests.projects.plain import *
from tests.projects.plain import MIDDLEWARE

CSRF_FAILURE_VIEW = "counterfoil.pages.error_pages.not_sent_from_here"  # Django's has a style
MIDDLEWARE = ["tests.projects.policing.strict", *MIDDLEWARE]
