"""Checks of how other systems are told of events."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution

from counterfoil.conf import conf

FEWEST_DAYS = 7


@register(Tags.security, deploy=True)
def check_loopback(**_given: Any) -> list[CheckMessage]:
    """Find a site in use whose webhooks may call this very machine, without encryption."""
    if settings.DEBUG or not conf.WEBHOOKS_ALLOW_LOOPBACK:
        return []
    return [
        Error(
            "COUNTERFOIL_WEBHOOKS_ALLOW_LOOPBACK lets whoever makes a webhook endpoint reach what"
            " listens on this machine alone.",
            hint="Leave it out, or set DEBUG: it is for development.",
            id="counterfoil.E011",
        )
    ]


@register()
def check_event_days(**_given: Any) -> list[CheckMessage]:
    """Find events that are gone before an endpoint with bad days, or a reader, has had them."""
    if conf.EVENT_DAYS >= FEWEST_DAYS:
        return []
    return [
        Caution(
            f"COUNTERFOIL_EVENT_DAYS is {conf.EVENT_DAYS}: events may be forgotten before they are"
            " sent or read.",
            hint="Give 7 or more: webhooks are tried for three days, and endpoints for five.",
            id="counterfoil.W002",
        )
    ]
