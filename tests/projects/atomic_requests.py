"""A host that wraps each of its requests in a transaction."""

from tests.projects.plain import *
from tests.projects.plain import DATABASES as PLAIN

DATABASES = {"default": PLAIN["default"] | {"ATOMIC_REQUESTS": True}}
