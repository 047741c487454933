"""Snoutline's settings for tests: a database and keys of their own, and no time for passwords."""

import os

from counterfoil_server.embedded import EmbeddedPostgres

if "DATABASE_URL" not in os.environ:
    _server = EmbeddedPostgres.temporary()  # gone with this process
    os.environ["DATABASE_URL"] = _server.start()

from snoutline.settings import *

COUNTERFOIL_KEYS = {
    purpose: {"1": letter * 42 + "A="}  # 32 bytes in base64
    for purpose, letter in {"index": "I", "seal": "S", "personal": "P", "secret": "C"}.items()
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
