"""The configured key ring."""

import json
from functools import lru_cache

from django.conf import settings

from counterfoil.conf import conf
from counterfoil.rules.keyring import KeyRing


def keyring() -> KeyRing:
    """
    Give the key ring of the settings.

    With ``DEBUG`` on and no keys set, keys are derived from ``SECRET_KEY``, so that trying things
    out needs no set-up; a system check refuses that anywhere else.
    """
    if not conf.KEYS and settings.DEBUG:
        return _derived(settings.SECRET_KEY)
    return _configured(json.dumps(conf.KEYS, sort_keys=True, default=dict))


@lru_cache(maxsize=4)
def _configured(keys: str) -> KeyRing:
    return KeyRing.from_settings(json.loads(keys))


@lru_cache(maxsize=4)
def _derived(secret: str) -> KeyRing:
    return KeyRing.derived(secret)
