"""The secrets of outgoing webhooks, as Standard Webhooks 1.0.0 writes them."""

import base64
import binascii

MARK = "whsec_"
SMALLEST, LARGEST = 24, 64  # bytes


def secret_bytes(secret: str) -> bytes:
    """
    Read a secret: ``whsec_`` and base64.

    :raises ValueError: if it is none, saying why and never what.
    """
    if not secret.startswith(MARK):
        raise ValueError("It does not begin with whsec_.")
    try:
        key = base64.b64decode(secret.removeprefix(MARK), validate=True)
    except binascii.Error:
        raise ValueError("What follows whsec_ is not base64.") from None
    if not SMALLEST <= len(key) <= LARGEST:
        raise ValueError(f"It has {len(key)} bytes, and {SMALLEST} to {LARGEST} are asked for.")
    return key
