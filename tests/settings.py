"""The server's own settings, made quick: weak password hashes, mails in memory."""

import os
from copy import deepcopy

from tests import database

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ["DATABASE_URL"] = database.url()
os.environ["DATABASE_POOL_MAX"] = "0"  # threads of a test close their own connections

from counterfoil_server.settings import *
from counterfoil_server.settings import DATABASES, LOGGING

DATABASES = deepcopy(DATABASES)  # the server's own stay as they are
_OPTIONS = DATABASES["default"][
    "OPTIONS"
]  # a machine that does other things is no row that is held
_OPTIONS["options"] = _OPTIONS.get("options", "").replace("lock_timeout=3s", "lock_timeout=60s")
DATABASES["default"]["TEST"] = {
    "NAME": os.environ.get("COUNTERFOIL_TEST_DB") or f"test_{DATABASES['default']['NAME']}",
    "SERIALIZE": False,
}
COUNTERFOIL_KEYS = {
    purpose: {"1": letter * 42 + "A="}  # 32 bytes in base64
    for purpose, letter in {"index": "I", "seal": "S", "personal": "P", "secret": "C"}.items()
}
COUNTERFOIL_STAFF_SECOND_FACTOR = "offered"
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = None
WHITENOISE_AUTOREFRESH = True  # look when asked: each client of a test would list every file first
LOGGING["root"] = {"handlers": [], "level": "INFO"}  # pytest shows them
