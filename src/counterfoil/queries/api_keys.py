"""Whose key is this?"""

import hashlib
import hmac
from datetime import datetime

from counterfoil.models import ApiKey


def api_key_of(*, token: str, at: datetime) -> ApiKey | None:
    """Find the usable key that a token is, or ``None``; how long it takes tells nothing."""
    _, _, rest = token.partition("_")
    prefix, _, secret = rest.partition("_")
    api_key = ApiKey.objects.filter(prefix=prefix).first()
    digest = hashlib.sha256(secret.encode()).digest()
    known = bytes(api_key.digest) if api_key is not None else bytes(len(digest))
    if not hmac.compare_digest(digest, known) or api_key is None:
        return None
    if api_key.revoked_at is not None or (api_key.expires_at and api_key.expires_at <= at):
        return None
    return api_key
