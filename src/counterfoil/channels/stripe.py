"""Stripe Checkout."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import stripe

from counterfoil.channels import signatures, stripe_events, webhook_body
from counterfoil.channels.base import (
    ChannelHealth,
    CheckoutRequest,
    Envelope,
    HostedCheckout,
    Notice,
    RefundRequest,
)
from counterfoil.channels.stripe_amounts import to_stripe
from counterfoil.channels.stripe_answers import reading, writing
from counterfoil.channels.stripe_checkout import session_params
from counterfoil.channels.stripe_endpoint import put_right
from counterfoil.channels.stripe_money import refund_metadata, refund_of, refund_reason
from counterfoil.channels.stripe_orders import order_of, payment_reference
from counterfoil.errors import ChannelRefused, Forged, Malformed
from counterfoil.rules.orders import OrderRefund, OrderState

API_VERSION = "2026-10-28.endive"
SESSION_LIFE = timedelta(hours=24)

_PAGE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class StripeSettings:
    """
    One Stripe account as this connection uses it.

    ``modes`` are the kinds of session that are fulfilled here: a subscription sends the same events
    as a payment and is somebody else's business. ``api_base`` is for a simulator.
    """

    api_key: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)
    is_test: bool
    api_base: str | None = None
    modes: tuple[str, ...] = ("payment",)
    connect_seconds: float = 3.05
    read_seconds: float = 15.0
    retries: int = 2


class Stripe:
    """
    Stripe Checkout as a channel.

    An event is only ever a reason to look: the session, its lines, refunds and disputes are read
    from the API each time, because events repeat, overtake each other and age.
    """

    def __init__(self, settings: StripeSettings) -> None:
        """Prepare the client; nothing is asked yet."""
        self.settings = settings
        self._client = stripe.StripeClient(
            settings.api_key,
            stripe_version=API_VERSION,
            base_addresses={"api": settings.api_base} if settings.api_base else {},
            max_network_retries=settings.retries,
            http_client=stripe.RequestsClient(
                timeout=(settings.connect_seconds, settings.read_seconds)
            ),
        )

    def authenticate(self, envelope: Envelope) -> Notice:
        """See ``Channel``; the secret of the endpoint is used as text, as Stripe does."""
        webhook_body.refuse_oversize(envelope.body)
        header = envelope.headers.get("stripe-signature")
        if not header:
            raise Forged("not signed")
        key = signatures.verify(
            envelope.body,
            header=header,
            secrets=self.settings.webhook_secrets,
            received_at=envelope.received_at,
        )
        event = webhook_body.parse(envelope.body)
        livemode = event.get("livemode")
        if not isinstance(livemode, bool):
            raise Malformed("neither live nor test")
        pointer = stripe_events.pointer_of(event, modes=self.settings.modes)
        return Notice(
            message_id=stripe_events.name_of(event, "id"),
            topic=stripe_events.name_of(event, "type"),
            pointer=pointer,
            is_test=not livemode,
            key=key,
            claims_paid=pointer is not None and stripe_events.claims_paid(event),
        )

    def read_order(self, pointer: str, *, as_of: datetime) -> OrderState | None:
        """See ``Channel``; the pointer is a session, or the payment of one."""
        with reading():
            session = self._session(pointer)
            if session is None or session.get("mode") not in self.settings.modes:
                return None
            items = self._items(session["id"])
            payment = payment_reference(session)
            if payment is None:
                return order_of(session, items=items, as_of=as_of)
            return order_of(
                session,
                items=items,
                refunds=self._refunds(payment),
                disputes=self._disputes(payment),
                as_of=as_of,
            )

    def changed_since(self, since: datetime) -> Iterator[str]:
        """
        See ``Channel``; first what Stripe told since then, oldest first, then all sessions.

        An event that was answered may still be lost, by whoever has to go back to a backup; Stripe
        keeps events for thirty days. Sessions are found by when they were opened, so the search
        begins one session's life earlier.
        """
        seen: set[str] = set()
        for pointer in self._changed(since):
            if pointer not in seen:
                seen.add(pointer)
                yield pointer

    def open_checkout(self, request: CheckoutRequest) -> HostedCheckout:
        """See ``Selling``; the cart is the idempotency key, so a lost answer costs nothing."""
        with writing():
            session = self._client.v1.checkout.sessions.create(
                session_params(request), {"idempotency_key": f"cart-{request.cart}"}
            )
        if not session.url:
            raise ChannelRefused("this cart was paid already")
        return HostedCheckout(reference=session.id, url=session.url)

    def refund(self, request: RefundRequest) -> OrderRefund:
        """See ``Refunding``; what it is for travels in the metadata of the refund."""
        params: stripe.params.RefundCreateParams = {
            "payment_intent": request.payment_reference,
            "amount": to_stripe(request.amount, request.currency),
            "metadata": refund_metadata(request),
        }
        if reason := refund_reason(request.reason):
            params["reason"] = reason
        with writing():
            refund = self._client.v1.refunds.create(
                params, {"idempotency_key": request.idempotency_key}
            )
        return refund_of(refund.to_dict())

    def check(self, address: str) -> ChannelHealth:
        """See ``Subscribing``; Stripe tells the secret of a new endpoint only to who makes it."""
        with reading():
            try:
                return put_right(self._client, address, topics=stripe_events.TOPICS)
            except stripe.PermissionError:
                return ChannelHealth(hints=("The key may not see to the webhook endpoint.",))

    def _session(self, pointer: str) -> Mapping[str, Any] | None:
        sessions = self._client.v1.checkout.sessions
        reference = stripe_events.identifier(pointer, prefix="cs_")
        if reference is None:
            payment = stripe_events.identifier(pointer, prefix="pi_")
            if payment is None:
                return None
            found = sessions.list({"payment_intent": payment, "limit": 1}).data
            if not found:
                return None
            reference = found[0].id
        try:
            session = sessions.retrieve(reference, {"expand": ["payment_intent.latest_charge"]})
        except stripe.InvalidRequestError as error:
            if error.http_status == 404:
                return None
            raise
        return session.to_dict()

    def _items(self, session: str) -> list[dict[str, Any]]:
        found = self._client.v1.checkout.sessions.line_items.list(
            session, {"limit": _PAGE, "expand": ["data.price.product"]}
        )
        return _plain(found.auto_paging_iter())

    def _refunds(self, payment: str) -> list[dict[str, Any]]:
        found = self._client.v1.refunds.list({"payment_intent": payment, "limit": _PAGE})
        return _plain(found.auto_paging_iter())

    def _disputes(self, payment: str) -> list[dict[str, Any]]:
        found = self._client.v1.disputes.list({"payment_intent": payment, "limit": _PAGE})
        return _plain(found.auto_paging_iter())

    def _changed(self, since: datetime) -> Iterator[str]:
        with reading():
            events = self._client.v1.events.list(
                {
                    "types": list(stripe_events.TOPICS),
                    "created": {"gte": int(since.timestamp())},
                    "limit": _PAGE,
                }
            )
            pointers = [
                stripe_events.pointer_of(event.to_dict(), modes=self.settings.modes)
                for event in events.auto_paging_iter()
            ]
        yield from (pointer for pointer in reversed(pointers) if pointer)
        with reading():
            opened = int((since - SESSION_LIFE).timestamp())
            sessions = self._client.v1.checkout.sessions.list(
                {"created": {"gte": opened}, "limit": _PAGE}
            )
            # Nothing has become of an open one yet, and most of them are abandoned.
            closed = [one.id for one in sessions.auto_paging_iter() if one.status != "open"]
        yield from reversed(closed)


def _plain(found: Iterable[stripe.StripeObject]) -> list[dict[str, Any]]:
    return [one.to_dict() for one in found]
