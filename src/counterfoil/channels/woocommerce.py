"""WooCommerce."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from counterfoil.channels import (
    webhook_body,
    woocommerce_messages,
    woocommerce_refunding,
    woocommerce_report,
    woocommerce_webhooks,
)
from counterfoil.channels.base import ChannelHealth, Envelope, Notice, OrderReport, RefundRequest
from counterfoil.channels.woocommerce_api import DECIMALS, Api
from counterfoil.channels.woocommerce_messages import order_id
from counterfoil.channels.woocommerce_orders import order_of
from counterfoil.channels.woocommerce_settings import WooCommerceSettings
from counterfoil.errors import OrderInvalid
from counterfoil.rules.orders import OrderRefund, OrderState

OVERLAP = timedelta(hours=1)


class WooCommerce:
    """
    A WooCommerce site as a channel.

    Its webhooks are only a reason to look: they carry no refunded lines, are not tried again when
    they fail, and are switched off when they fail often. The order and its refunds are read from
    the site each time, and the sweep finds what no message told.
    """

    def __init__(self, settings: WooCommerceSettings) -> None:
        """Prepare the client; nothing is asked yet."""
        self.settings = settings
        self._api = Api(
            settings.site_url,
            auth=(settings.consumer_key, settings.consumer_secret),
            connect_seconds=settings.connect_seconds,
            read_seconds=settings.read_seconds,
        )

    def authenticate(self, envelope: Envelope) -> Notice | None:
        """See ``Channel``; no time is signed, so a message is never stale."""
        webhook_body.refuse_oversize(envelope.body)
        if woocommerce_messages.is_ping(envelope.body):
            return None
        key = woocommerce_messages.verify(
            envelope.body,
            signature=envelope.headers.get(woocommerce_messages.SIGNATURE_HEADER),
            secrets=self.settings.webhook_secrets,
        )
        return woocommerce_messages.notice_of(
            webhook_body.parse(envelope.body),
            raw=envelope.body,
            delivery=envelope.headers.get(woocommerce_messages.DELIVERY_HEADER, ""),
            key=key,
            is_test=self.settings.is_test,
            statuses=self.settings.statuses,
        )

    def read_order(self, pointer: str, *, as_of: datetime) -> OrderState | None:
        """See ``Channel``; an order in the trash is still there, one deleted for good is not."""
        reference = order_id(pointer)
        if reference is None:
            return None
        order = self._api.one(f"orders/{reference}", dp=DECIMALS)
        if order is None:
            return None
        if order_id(order.get("id")) != reference:
            raise OrderInvalid("the site answered with another order")
        refunds = list(self._api.several(f"orders/{reference}/refunds", dp=DECIMALS))
        return order_of(
            order,
            refunds=refunds,
            statuses=self.settings.statuses,
            is_test=self.settings.is_test,
            locale=self.settings.locale,
            as_of=as_of,
        )

    def changed_since(self, since: datetime) -> Iterator[str]:
        """
        See ``Channel``; the search begins an hour earlier, because sites' clocks are not exact.

        *Any* status means any but the trash, which is asked for by itself. They come by their ids,
        because those do not change while page after page is read.
        """
        after = (since - OVERLAP).astimezone(UTC)
        seen: set[str] = set()
        for status in ("any", "trash"):
            found = self._api.several(
                "orders",
                status=status,
                modified_after=after.strftime("%Y-%m-%dT%H:%M:%S"),
                dates_are_gmt="true",
                orderby="id",
                order="asc",
                _fields="id",
            )
            for order in found:
                reference = order_id(order.get("id"))
                if reference is not None and reference not in seen:
                    seen.add(reference)
                    yield reference

    def refund(self, request: RefundRequest) -> OrderRefund:
        """See ``Refunding``; looks before it does, since the site has no idempotency keys."""
        return woocommerce_refunding.give_back(self._api, request)

    def write_back(self, report: OrderReport) -> None:
        """See ``WritingBack``; staff of the shop see it at the order."""
        woocommerce_report.show(self._api, report)

    def check(self, address: str) -> ChannelHealth:
        """See ``Subscribing``."""
        return woocommerce_webhooks.mend(
            self._api, address, secret=self.settings.webhook_secrets[0]
        )
