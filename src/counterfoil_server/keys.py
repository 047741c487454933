"""Fresh secrets for a new installation."""

import base64
import json
import secrets

PURPOSES = ("index", "seal", "personal", "secret")


def fresh() -> dict[str, str]:
    """Make the secrets an installation needs, as the environment variables that carry them."""
    ring = {purpose: {"1": _key()} for purpose in PURPOSES}
    return {"SECRET_KEY": secrets.token_urlsafe(48), "COUNTERFOIL_KEYS": json.dumps(ring)}


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
