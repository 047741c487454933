"""The webhook endpoint at Stripe: whether it is there, switched on, and told everything we need."""

from collections.abc import Sequence
from typing import Any, cast

import stripe

from counterfoil.channels.base import ChannelHealth

EVERYTHING = "*"
_PAGE = 100


def put_right(client: stripe.StripeClient, address: str, *, topics: Sequence[str]) -> ChannelHealth:
    """
    Find the endpoint with this address, switch it on again, and have it told what it lacks.

    One that is missing cannot be made here: its secret would be known to nobody but us, and
    whoever runs the shop must be able to find it in their dashboard.
    """
    endpoints = client.v1.webhook_endpoints
    found = [
        one
        for one in endpoints.list({"limit": _PAGE}).auto_paging_iter()
        if one.url.rstrip("/") == address.rstrip("/")
    ]
    if not found:
        return ChannelHealth(
            troubles=(f"Stripe has no webhook endpoint {address}: nothing is told to us.",)
        )
    mended: list[str] = []
    for endpoint in found:
        lacking = _lacking(endpoint, topics)
        if not lacking and endpoint.status == "enabled":
            continue
        params: stripe.params.WebhookEndpointUpdateParams = {"disabled": False}
        if lacking:
            told = sorted({*endpoint.enabled_events, *lacking})
            params["enabled_events"] = cast("Any", told)
            mended.append(f"Stripe tells of {', '.join(lacking)} as well.")
        if endpoint.status != "enabled":
            mended.append("The webhook endpoint was switched off, and is on again.")
        endpoints.update(endpoint.id, params)
    return ChannelHealth(mended=tuple(mended))


def _lacking(endpoint: stripe.WebhookEndpoint, topics: Sequence[str]) -> list[str]:
    if EVERYTHING in endpoint.enabled_events:
        return []
    return [topic for topic in topics if topic not in endpoint.enabled_events]
