"""The configured key ring."""

import json
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.db.models import Q

from counterfoil.conf import conf
from counterfoil.rules.keyring import KeyRing, Lookup


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


def found_by(lookups: Iterable[Lookup], prefix: str = "") -> Q:
    """
    Say which rows a secret is found by, under any key of the ring.

    The columns are ``key_id`` and ``lookup``, each with ``prefix`` before its name.
    """
    found = Q(pk__in=())
    for lookup in lookups:
        found |= Q(**{f"{prefix}key_id": lookup.key_id, f"{prefix}lookup": lookup.digest})
    return found
