"""
The signature that carries its own time: ``t=<seconds>,v1=<hex>``.

Stripe's messages are signed like this, and so are our own. What is signed is ``<seconds>.<body>``,
so that a captured message is of no use later.
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime

from counterfoil.errors import Forged, Stale

TOLERANCE_SECONDS = 300

_HEADER_LIMIT = 2048
_PART = re.compile(r"\s*([a-z][a-z0-9]*)=([0-9A-Za-z]+)\s*\Z")
_SECONDS = re.compile(r"[0-9]{1,10}\Z")


def signature_header(body: bytes, *, secret: str, at: datetime) -> str:
    """Give the header that goes with a body signed at this moment."""
    seconds = str(int(at.timestamp()))
    return f"t={seconds},v1={_digest(body, seconds, secret)}"


def verify(body: bytes, *, header: str, secrets: tuple[str, ...], received_at: datetime) -> str:
    """
    Say which secret signed this body, counted from ``"1"``.

    The age is looked at only after a secret has fitted, so *stale* always means authentic and late.
    A time in the future is refused like one in the past. Empty secrets never fit.

    :raises Forged: if the header cannot be read or no secret fits.
    :raises Stale: if it was signed more than five minutes before or after its receipt.
    """
    seconds, signatures = _read(header)
    key = _fitting(body, seconds, signatures, secrets)
    signed_at = datetime.fromtimestamp(int(seconds), tz=UTC)
    if abs((received_at - signed_at).total_seconds()) > TOLERANCE_SECONDS:
        raise Stale(f"signed {signed_at:%Y-%m-%dT%H:%M:%SZ}")
    return key


def _fitting(
    body: bytes, seconds: str, signatures: tuple[bytes, ...], secrets: tuple[str, ...]
) -> str:
    for number, secret in enumerate(secrets, start=1):
        if not secret.strip():
            continue
        expected = _digest(body, seconds, secret).encode()
        if any(hmac.compare_digest(expected, given) for given in signatures):
            return str(number)
    raise Forged("no secret fits" if any(s.strip() for s in secrets) else "no secret configured")


def _read(header: str) -> tuple[str, tuple[bytes, ...]]:
    if len(header) > _HEADER_LIMIT:
        raise Forged("the signature header is too long")
    seconds: list[str] = []
    signatures: list[bytes] = []
    for part in header.split(","):
        found = _PART.match(part)
        if found is None:
            raise Forged("the signature header cannot be read")
        match found.group(1):
            case "t":
                seconds.append(found.group(2))
            case "v1":
                signatures.append(found.group(2).encode())
            case _:
                pass  # v0 is a fake scheme of test mode, and later ones are not ours to judge
    if len(seconds) != 1 or not _SECONDS.match(seconds[0]) or not signatures:
        raise Forged("the signature header is incomplete")
    return seconds[0], tuple(signatures)


def _digest(body: bytes, seconds: str, secret: str) -> str:
    signed = seconds.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
