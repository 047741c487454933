"""Those of the tests, for a server of its own: nobody is stopped for calling, or guessing, much."""

import os

from tests.settings import *  # noqa: F403

COUNTERFOIL_REDEEM_TEST_CODES = True
COUNTERFOIL_RATE_LIMITS = {"key": 0, "partner": 0}
COUNTERFOIL_GUESS_LIMITS = dict.fromkeys(("session", "address", "network", "key"), 10**9)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {
        "file": {
            "class": "logging.FileHandler",
            "filename": os.environ["FUZZ_LOG"],
            "level": "ERROR",
        }
    },
    "root": {"handlers": ["file"], "level": "ERROR"},
}
