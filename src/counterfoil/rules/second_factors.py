"""
The second factor of staff: digits of an authenticator, or a recovery code.

Digits are those of RFC 6238: six, new every thirty seconds. A step before and after is accepted
(its section 5.2), each step once (its section 5.2, too). Recovery codes are ten random symbols of
Crockford's base 32, fifty bits, each used once.
"""

import secrets
from datetime import datetime
from hmac import compare_digest

import pyotp

STEP_SECONDS = 30
DRIFT_STEPS = 1
RECOVERY_CODES = 10
RECOVERY_SYMBOLS = 10
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_secret() -> str:
    """Draw the secret that authenticator and server share: 160 bits in base 32."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, *, username: str, issuer: str) -> str:
    """Give what the QR code of an enrolment says, in the format authenticators read."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def step_of(secret: str, digits: str, *, at: datetime, after: int) -> int | None:
    """
    Give the step whose digits these are, or ``None`` if they are wrong.

    Steps up to ``after`` were used before and count no more. Every candidate is compared, in a
    time that does not depend on which one fits.
    """
    presented = "".join(digits.split())
    if not (presented.isascii() and presented.isdigit()):
        return None
    now, found = int(at.timestamp()) // STEP_SECONDS, None
    password = pyotp.TOTP(secret)
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        fits = compare_digest(password.at(step * STEP_SECONDS), presented)
        if fits and step > after:
            found = step
    return found


def draw_recovery_codes() -> tuple[str, ...]:
    """Draw the codes that open the door when the authenticator is lost."""
    return tuple(
        "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_SYMBOLS))
        for _ in range(RECOVERY_CODES)
    )


def shown(code: str) -> str:
    """Write a recovery code for people, in two groups."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def normalise_recovery(text: str) -> str | None:
    """Read a recovery code as people type it; ``None`` if it is none."""
    symbols = "".join(text.replace("-", " ").split()).upper().translate(READ_AS)
    fits = len(symbols) == RECOVERY_SYMBOLS and set(symbols) <= set(ALPHABET)
    return symbols if fits else None


def draw_first_password() -> str:
    """Draw the password somebody comes in with for the first time: sixteen symbols, 80 bits."""
    symbols = "".join(secrets.choice(ALPHABET.lower()) for _ in range(16))
    return "-".join(symbols[start : start + 4] for start in range(0, 16, 4))
