"""Webhooks going out: what an endpoint may ask for, when it is tried again, how it is signed."""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from counterfoil.errors import Fault, WebhookEndpointInvalid
from counterfoil.rules.events import EventType
from counterfoil.rules.webhook_secrets import secret_bytes

URL_MAX, DESCRIPTION_MAX = 500, 200
PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 60, 300, 1_800, 7_200, 18_000, 36_000, 43_200, 72_000, 86_400)
)
"""How long to wait after each attempt: about three days in all."""

MOST_ATTEMPTS = len(PAUSES) + 1
JITTER = 0.1  # of each pause, so that what failed together does not come back together
GIVE_UP_ON_ENDPOINT = timedelta(days=5)
RESTS_AFTER = 5  # failures in a row
FIRST_REST, LONGEST_REST = timedelta(seconds=30), timedelta(minutes=10)


class DisabledWhy(StrEnum):
    """Why an endpoint is told nothing any more; the value never changes once released."""

    STAFF = "staff"
    GONE = "gone"
    FAILING = "failing"


class Missed(StrEnum):
    """What becomes of what an endpoint was not told while it was disabled."""

    SEND = "send"
    LEAVE = "leave"


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointSettings:
    """
    What an endpoint is told of, and where.

    No ``types`` are all of them, no ``products`` are all and what concerns none. Test events are
    left out unless ``takes_tests``.
    """

    url: str
    description: str = ""
    types: Sequence[str] = field(default=())
    products: Sequence[UUID] = field(default=())
    takes_tests: bool = False

    def as_data(self) -> dict[str, object]:
        """Give it as it is audited."""
        return {
            "url": self.url,
            "description": self.description,
            "types": list(self.types),
            "products": [str(one) for one in self.products],
            "takes_tests": self.takes_tests,
        }


def refuse_unsound(wanted: EndpointSettings, *, allows_loopback: bool) -> None:
    """
    Refuse what could never be sent.

    Whom the name in the address stands for is judged at each call, and not here.

    :raises WebhookEndpointInvalid: naming what is wrong.
    """
    faults = list(_faults(wanted, allows_loopback))
    if faults:
        raise WebhookEndpointInvalid(faults=faults)


def _faults(wanted: EndpointSettings, allows_loopback: bool) -> Iterator[Fault]:
    schemes = ("https", "http") if allows_loopback else ("https",)
    if len(wanted.url) > URL_MAX or not _fits(wanted.url, schemes):
        yield Fault(
            "url", f"An https address without a password or #, in {URL_MAX} characters at most."
        )
    if len(wanted.description) > DESCRIPTION_MAX or "\x00" in wanted.description:
        yield Fault("description", f"{DESCRIPTION_MAX} characters at most.")
    if set(wanted.types) - set(EventType):
        yield Fault("types", "There is no such event.")
    if EventType.ENDPOINT_TESTED in wanted.types:
        yield Fault("types", "Tests are told to the endpoint that is tested, whatever is chosen.")


def _fits(url: str, schemes: Sequence[str]) -> bool:
    try:
        where = urlsplit(url)
        is_whole = where.scheme in schemes and bool(where.hostname) and where.port != 0
    except ValueError:
        return False
    is_plain = all("!" <= one <= "~" for one in url)
    return is_whole and is_plain and where.username is None and not where.fragment


def pause_after(attempts: int, *, chance: float) -> timedelta | None:
    """
    Give how long to wait after so many attempts, or nothing once it is to be given up.

    ``chance`` is a random number from 0 to 1, by which the pause is lengthened a little.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    return PAUSES[attempts - 1] * (1 + JITTER * chance)


def rest_after(failures: int) -> timedelta | None:
    """Give how long an endpoint is left alone after so many failures in a row."""
    if failures < RESTS_AFTER:
        return None
    doubled: timedelta = FIRST_REST * 2 ** min(failures - RESTS_AFTER, 10)
    return min(doubled, LONGEST_REST)


def signed(message_id: str, body: bytes, secrets: Sequence[str], *, at: datetime) -> dict[str, str]:
    """
    Give the headers of a message: one signature for each secret, so that any may be rotated.

    Source: Standard Webhooks 1.0.0,
    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

    :raises ValueError: if a secret is none.
    """
    seconds = str(int(at.timestamp()))
    content = b".".join((message_id.encode(), seconds.encode(), body))
    signatures = (
        base64.b64encode(hmac.digest(secret_bytes(one), content, hashlib.sha256)).decode()
        for one in secrets
    )
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }
