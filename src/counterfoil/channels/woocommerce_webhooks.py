"""Seeing to it that a WooCommerce site sends its messages."""

from collections.abc import Iterator, Mapping
from typing import Any

from counterfoil.channels.base import ChannelHealth
from counterfoil.channels.woocommerce_api import Api
from counterfoil.channels.woocommerce_messages import TOPICS, order_id
from counterfoil.errors import AccessLost, ChannelRefused

NAME = "Counterfoil"

_BY_HAND = "Do it by hand under WooCommerce, Settings, Advanced, Webhooks."


def mend(api: Api, address: str, *, secret: str) -> ChannelHealth:
    """
    Make sure that an active webhook of each topic sends to this address, signed with this secret.

    WooCommerce switches a webhook off after half a dozen failures in a row, and leaves it off. The
    secret of a webhook cannot be read, so it is set anew only where something is mended anyhow. A
    webhook of ours with another address may be somebody else's test: it is reported, and left.
    """
    hooks = list(api.several("webhooks", status="all"))
    mended: list[str] = []
    troubles = list(_elsewhere(hooks, address))
    for topic in TOPICS:
        ours = [hook for hook in hooks if _is_ours(hook, address) and hook.get("topic") == topic]
        if any(_works(hook, address) for hook in ours):
            continue
        wanted = {"status": "active", "delivery_url": address, "secret": secret}
        known = order_id(ours[0].get("id")) if ours else None
        try:
            if known is not None:
                api.write("PUT", f"webhooks/{known}", wanted)
                mended.append(f"{topic}: was {_fault(ours[0])}, and is active again.")
            else:
                api.write("POST", "webhooks", {"name": f"{NAME} {topic}", "topic": topic} | wanted)
                mended.append(f"{topic}: was missing, and was made.")
        except (AccessLost, ChannelRefused) as refusal:  # a key that may only read
            wrong = _fault(ours[0]) if ours else "missing"
            troubles.append(f"{topic}: is {wrong}; mending it was refused ({refusal}). {_BY_HAND}")
    return ChannelHealth(mended=tuple(mended), troubles=tuple(troubles))


def _is_ours(hook: Mapping[str, Any], address: str) -> bool:
    # Without its slash the address would be answered with a redirect, which WooCommerce does not
    # follow and takes for success.
    return str(hook.get("delivery_url")).rstrip("/") == address.rstrip("/")


def _works(hook: Mapping[str, Any], address: str) -> bool:
    return hook.get("status") == "active" and hook.get("delivery_url") == address


def _fault(hook: Mapping[str, Any]) -> str:
    status = hook.get("status")
    return f"{status}"[:20] if status != "active" else "sending to a slightly different address"


def _elsewhere(hooks: list[Mapping[str, Any]], address: str) -> Iterator[str]:
    for hook in hooks:
        name, url = str(hook.get("name")), str(hook.get("delivery_url"))
        if name.startswith(f"{NAME} ") and not _is_ours(hook, address):
            yield f"{name[:60]}: sends to {url[:200]}. Delete it if nobody listens there."
