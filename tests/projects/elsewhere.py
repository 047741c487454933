"""A host that has Counterfoil far below its own pages, and speaks one language."""

from tests.projects.plain import *

ROOT_URLCONF = "tests.projects.urls_elsewhere"
USE_I18N = False
