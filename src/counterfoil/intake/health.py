"""Whether channels still send us their messages: asked every hour, and put right."""

import logging
from urllib.parse import urljoin

from django.urls import NoReverseMatch, reverse

from counterfoil.channels.base import ChannelHealth, Subscribing
from counterfoil.conf import conf
from counterfoil.errors import AccessLost
from counterfoil.intake.clock import database_now
from counterfoil.intake.inbox import mark_handled
from counterfoil.intake.registry import adapter_for
from counterfoil.models import Connection, Message
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM

CHECKED = "checked"

log = logging.getLogger(__name__)


def address_of(connection: Connection) -> str:
    """Give the address at which a connection takes messages, or nothing if it takes none."""
    try:
        return urljoin(f"{conf.SITE_URL}/", reverse("counterfoil:take-in", args=[connection.slug]))
    except NoReverseMatch:
        return ""


def check_subscription(connection: Connection) -> ChannelHealth | None:
    """
    Make sure that a channel sends us its messages; ``None`` where there is nothing to make sure.

    What had to be put back, and what only a person can put right, is an exception until a later
    check finds everything in place.

    :raises Unavailable: if the channel does not answer, or lacks a secret.
    """
    channel, address = adapter_for(connection), address_of(connection)
    if not isinstance(channel, Subscribing) or not address:
        return None
    health = channel.check(address)
    at, key = database_now(), f"{connection.slug}:messages"
    if not health.mended and not health.troubles:
        resolve_exception(
            kind=ExceptionKind.CONNECTION_BROKEN,
            key=key,
            outcome="The channel sends us its messages.",
            by=SYSTEM,
            at=at,
        )
        return health
    log.warning(
        "%s: %d put back, %d troubles",
        connection.slug,
        len(health.mended),
        len(health.troubles),
    )
    park(
        kind=ExceptionKind.CONNECTION_BROKEN,
        key=key,
        evidence={
            "connection": connection.slug,
            "trouble": "The channel did not send us all its messages. The sweep finds what it did"
            " not tell.",
            "put_back": list(health.mended),
            "to_be_mended": list(health.troubles),
        },
        by=SYSTEM,
        at=at,
    )
    return health


def tell_access(connection: Connection, stopped: Exception | None) -> None:
    """Show a connection that lost its access as broken, until it is let in again."""
    at = database_now()
    if isinstance(stopped, AccessLost):
        park(
            kind=ExceptionKind.CONNECTION_BROKEN,
            key=connection.slug,
            evidence={"connection": connection.slug, "trouble": str(stopped)[:300]},
            by=SYSTEM,
            at=at,
        )
    elif stopped is None:
        resolve_exception(
            kind=ExceptionKind.CONNECTION_BROKEN,
            key=connection.slug,
            outcome="The channel lets us in again.",
            by=SYSTEM,
            at=at,
        )


def look_after(message: Message) -> None:
    """
    Carry out a message that is about the connection itself: make sure that we are still let in.

    :raises Unavailable: if the channel does not answer, or lacks a secret.
    """
    lost = None
    try:
        check_subscription(message.connection)
    except AccessLost as stopped:
        lost = stopped
    tell_access(message.connection, lost)
    mark_handled(message, outcome=CHECKED, order_reference="")
