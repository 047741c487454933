"""Fresh secrets for a new installation, and the next key of a ring."""

import base64
import json
import os
import secrets

from django.core.exceptions import ImproperlyConfigured

from counterfoil.rules.keyring import MOST_KEYS, problems

from . import environment

PURPOSES = ("index", "seal", "personal", "secret")
RING = "COUNTERFOIL_KEYS"


def fresh() -> dict[str, str]:
    """Make the secrets an installation needs, as the environment variables that carry them."""
    ring = {purpose: {"1": _key()} for purpose in PURPOSES}
    return {"SECRET_KEY": secrets.token_urlsafe(48), RING: json.dumps(ring)}


def rotated(purposes: list[str]) -> dict[str, str]:
    """
    Give the ring of the environment with a next key for each of these purposes.

    :raises ImproperlyConfigured: if there is no ring, it is wrong, or one has its most keys.
    """
    if not os.environ.get(RING):
        raise ImproperlyConfigured(f"{RING} is not set here: there is no ring to add a key to.")
    ring = environment.mapping(RING)
    if wrong := problems(ring):
        raise ImproperlyConfigured(" ".join(wrong))
    for purpose in purposes:
        if len(ring[purpose]) >= MOST_KEYS:
            raise ImproperlyConfigured(
                f"{purpose!r} has {MOST_KEYS} keys. Take the lowest away first, once"
                " `counterfoil keys status` says that nothing needs it."
            )
        ring[purpose][str(max(map(int, ring[purpose])) + 1)] = _key()
    return {RING: json.dumps(ring)}


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
