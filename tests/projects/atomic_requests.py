"""A host that wraps each of its requests in a transaction."""

from tests.projects.plain import *  # noqa: F403
from tests.projects.plain import DATABASES

DATABASES["default"]["ATOMIC_REQUESTS"] = True
