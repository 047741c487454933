"""Is a message from Counterfoil? Verifying Standard Webhooks with the standard library."""

import base64
import hashlib
import hmac
from collections.abc import Mapping

TOLERANCE_SECONDS = 300


def is_signed(
    body: bytes, headers: Mapping[str, str], *, secrets: tuple[str, ...], now: float
) -> bool:
    """
    Tell whether this body was signed just now with one of our secrets.

    There are two of them while one is being changed.
    """
    message, sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message or not sent.isdecimal() or abs(now - int(sent)) > TOLERANCE_SECONDS:
        return False
    signed = f"{message}.{sent}.".encode() + body
    given = [one[3:] for one in headers.get("webhook-signature", "").split() if one[:3] == "v1,"]
    return any(
        hmac.compare_digest(signature(signed, secret), one.encode())
        for secret in secrets
        for one in given
    )


def signature(signed: bytes, secret: str) -> bytes:
    """Sign with a secret of the form ``whsec_`` and base64."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
