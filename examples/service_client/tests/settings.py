"""The service's own settings, for a Counterfoil that runs within the tests."""

import os

from counterfoil_server.embedded import EmbeddedPostgres

if "DATABASE_URL" not in os.environ:
    _server = EmbeddedPostgres.temporary()  # gone with this process
    os.environ["DATABASE_URL"] = _server.start()
os.environ |= {"SECRET_KEY": "only-for-tests", "DATABASE_POOL_MAX": "0", "DEBUG": "0"}

from counterfoil_server.settings import *
from counterfoil_server.settings import DATABASES

DATABASES["default"]["TEST"] = {
    "NAME": os.environ.get("COUNTERFOIL_TEST_DB", "test_houndwell"),
    "SERIALIZE": False,
}
COUNTERFOIL_KEYS = {
    purpose: {"1": letter * 42 + "A="}  # 32 bytes in base64
    for purpose, letter in {"index": "I", "seal": "S", "personal": "P", "secret": "C"}.items()
}
COUNTERFOIL_WEBHOOKS_ALLOW_LOOPBACK = True
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
