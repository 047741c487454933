"""Shopify."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from counterfoil.channels import shopify_documents as documents
from counterfoil.channels import shopify_webhooks, webhook_body
from counterfoil.channels.base import (
    ChannelHealth,
    Envelope,
    Notice,
    OrderReport,
    RefundRequest,
)
from counterfoil.channels.shopify_api import API_VERSION, ApiSettings, ShopifyApi, next_page
from counterfoil.channels.shopify_health import Subscriptions
from counterfoil.channels.shopify_money import (
    dispute_of,
    key_of,
    made_before,
    refund_input,
    refund_of,
)
from counterfoil.channels.shopify_orders import currency_of, order_of
from counterfoil.channels.shopify_values import mapping, several
from counterfoil.channels.shopify_webhooks import Meaning, legacy_id
from counterfoil.channels.shopify_writing import NOTHING_SHOWN, Showing, show
from counterfoil.errors import ChannelRefused, ChannelUnavailable, OrderInvalid
from counterfoil.rules.orders import OrderDispute, OrderRefund, OrderState

PAGE_SIZE = 20
MOST_REFUNDS = 100
OVERLAP = timedelta(hours=1)

_TRIES = 4
_ORDERS_A_PAGE = 100
_SHOP_KEY = "shop"

Data = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopifySettings:
    """
    One shop as this connection uses it.

    ``app_secrets`` sign what the app subscribed to, the oldest still in use first, as Shopify signs
    with that; ``shop_secret`` signs what was set up by hand under *Notifications*. With
    ``authorized_is_paid`` it is enough that money was reserved. ``api_base`` is for a simulator.
    """

    shop: str
    access_token: str = field(repr=False)
    app_secrets: tuple[str, ...] = field(repr=False)
    is_test: bool
    shop_secret: str = field(default="", repr=False)
    authorized_is_paid: bool = False
    showing: Showing = NOTHING_SHOWN
    page_size: int = PAGE_SIZE
    api_version: str = API_VERSION
    api_base: str | None = None
    connect_seconds: float = 3.05
    read_seconds: float = 15.0
    patience_seconds: float = 12.0


class Shopify:
    """
    A Shopify shop as a channel.

    A message is only ever a reason to look: it carries neither a time that is signed nor a topic,
    and an order goes on changing. The order, its refunds and its disputes are read from the API.
    """

    def __init__(self, settings: ShopifySettings) -> None:
        """Prepare the client; nothing is asked yet."""
        self.settings = settings
        self._api = ShopifyApi(
            ApiSettings(
                shop=settings.shop,
                access_token=settings.access_token,
                api_version=settings.api_version,
                api_base=settings.api_base,
                connect_seconds=settings.connect_seconds,
                read_seconds=settings.read_seconds,
                patience_seconds=settings.patience_seconds,
            )
        )

    def authenticate(self, envelope: Envelope) -> Notice:
        """See ``Channel``; Shopify signs no time, so no message is ever stale."""
        webhook_body.refuse_oversize(envelope.body)
        given = {
            name: shopify_webhooks.header(envelope.headers, name)
            for name in ("hmac-sha256", "shop-domain", "webhook-id", "event-id")
        }
        key = shopify_webhooks.fitting_key(
            envelope.body, given["hmac-sha256"], keys=self._signing_keys()
        )
        shopify_webhooks.refuse_other_shops(given["shop-domain"], shop=self.settings.shop)
        body = webhook_body.parse(envelope.body)
        content = shopify_webhooks.content_of(body, shop=self.settings.shop)
        return Notice(
            message_id=shopify_webhooks.name_of(given["webhook-id"], envelope.body),
            topic=content.meaning.value,
            pointer=content.order,
            is_test=self.settings.is_test if content.is_test is None else content.is_test,
            key=key,
            claims_paid=content.claims_paid,
            cause_id=given["event-id"][:100] if given["event-id"].isprintable() else "",
            asks_to_check=content.meaning is Meaning.SHOP,
            privacy=content.privacy,
        )

    def read_order(self, pointer: str, *, as_of: datetime) -> OrderState | None:
        """
        See ``Channel``; the pointer is the number of an order.

        A long order comes in several answers. If it changed between them, it is read anew.
        """
        number = legacy_id(pointer)
        if number is None:
            return None
        gid = f"gid://shopify/Order/{number}"
        for _ in range(_TRIES):
            found = self._api.ask(documents.ORDER, id=gid, lines=self.settings.page_size)
            order = found.get("order")
            if not isinstance(order, Mapping):
                return None
            lines = self._lines(gid, order)
            if lines is None:
                continue
            currency = currency_of(order)
            return order_of(
                order,
                lines=lines,
                buyer=mapping(found.get("buyer")),
                refunds=self._refunds(order, currency),
                disputes=self._disputes(mapping(found.get("disputed")), order, currency),
                authorized_is_paid=self.settings.authorized_is_paid,
                as_of=as_of,
            )
        raise ChannelUnavailable("the order changes faster than it can be read")

    def changed_since(self, since: datetime) -> Iterator[str]:
        """
        See ``Channel``; from an hour earlier on, as Shopify's search is a little late.

        What changes while the pages are read comes again on a later one.
        """
        moment = (since - OVERLAP).astimezone(UTC)
        query = f"updated_at:>='{moment:%Y-%m-%dT%H:%M:%SZ}'"
        seen: set[str] = set()
        for order in self._api.pages(
            documents.CHANGED, ("orders",), query=query, size=_ORDERS_A_PAGE
        ):
            number = legacy_id(order.get("id"))
            if number is not None and number not in seen:
                seen.add(number)
                yield number

    def refund(self, request: RefundRequest) -> OrderRefund:
        """See ``Refunding``; the refund carries a mark, so that it is never made twice."""
        number = legacy_id(request.payment_reference)
        gid, key = f"gid://shopify/Order/{number}", key_of(request)
        order = self._api.ask(documents.PAYMENTS, id=gid).get("order") if number else None
        if not isinstance(order, Mapping):
            raise ChannelRefused("there is no such order")
        currency = currency_of(order)
        if request.currency != currency:
            raise ChannelRefused(f"this order was paid in {currency}")
        made = made_before(order, key=key)
        if made is None:
            wanted = refund_input(request, order=order, key=key)
            answer = self._api.tell(documents.CREATE_REFUND, input=wanted, key=key)
            made = str(mapping(mapping(answer).get("refund")).get("id") or "")
        return self._refund(made, currency, taxes_included=order.get("taxesIncluded") is True)

    def write_back(self, report: OrderReport) -> None:
        """See ``WritingBack``; what is shown is up to the connection."""
        show(self._api, report, self.settings.showing)

    def check(self, address: str) -> ChannelHealth:
        """See ``Subscribing``; also tells of permissions that are missing."""
        return Subscriptions(self._api, self.settings.shop).check(
            address, needed=self.settings.showing.scopes()
        )

    def _signing_keys(self) -> Sequence[tuple[str, str]]:
        secrets = self.settings.app_secrets
        numbered = [(str(number), secret) for number, secret in enumerate(secrets, start=1)]
        return [*numbered, (_SHOP_KEY, self.settings.shop_secret)]

    def _lines(self, gid: str, order: Data) -> list[Data] | None:
        """Give all lines of an order, or nothing if it changed while they were read."""
        page, lines = mapping(order.get("lineItems")), []
        while True:
            lines += several(page)
            after = next_page(page)
            if after is None:
                return lines
            more = self._api.ask(
                documents.MORE_LINES, id=gid, lines=self.settings.page_size, after=after
            ).get("order")
            if not isinstance(more, Mapping) or more.get("updatedAt") != order.get("updatedAt"):
                return None
            page = mapping(more.get("lineItems"))

    def _refunds(self, order: Data, currency: str) -> list[OrderRefund]:
        named = several(order.get("refunds"))
        if len(named) >= MOST_REFUNDS:
            raise OrderInvalid("it has more refunds than Shopify tells us at once")
        included = order.get("taxesIncluded") is True
        return [
            self._refund(str(one.get("id")), currency, taxes_included=included) for one in named
        ]

    def _refund(self, gid: str, currency: str, *, taxes_included: bool) -> OrderRefund:
        found = self._api.ask(documents.REFUND, id=gid, after=None).get("refund")
        if not isinstance(found, Mapping):
            raise ChannelUnavailable("Shopify names a refund and does not show it")
        page = mapping(found.get("refundLineItems"))
        lines = several(page)
        if after := next_page(page):
            path = ("refund", "refundLineItems")
            lines += self._api.pages(documents.REFUND, path, id=gid, after=after)
        return refund_of(found, lines=lines, currency=currency, taxes_included=taxes_included)

    def _disputes(self, disputed: Data, order: Data, currency: str) -> list[OrderDispute]:
        return [
            dispute_of(
                one,
                details=mapping(self._api.ask(documents.DISPUTE, id=one.get("id")).get("dispute")),
                order=order,
                currency=currency,
            )
            for one in several(disputed.get("disputes"))
        ]
