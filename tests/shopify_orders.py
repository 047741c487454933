"""An order at Shopify, as its Admin API shows it, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

ORDER = 7_205_759_403_792_795_001  # more than a JavaScript number can hold
LINE, OTHER, MUG = 9_007_199_254_741_001, 9_007_199_254_741_002, 9_007_199_254_741_003


def gid(kind: str, number: int) -> str:
    """Write a global id."""
    return f"gid://shopify/{kind}/{number}"


def now_text() -> str:
    """Write this moment as Shopify does: in whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def bag(amount: str, currency: str = "USD") -> dict[str, Any]:
    """Write an amount; what the shop's own currency makes of it must not matter."""
    return {
        "presentmentMoney": {"amount": amount, "currencyCode": currency},
        "shopMoney": {"amount": "999.99", "currencyCode": "CHF"},
    }


def attributes(given: Mapping[str, str]) -> list[dict[str, str]]:
    """Write custom attributes."""
    return [{"key": key, "value": value} for key, value in given.items()]


def line(number: int, sku: str | None, quantity: int, price: str, **more: Any) -> dict[str, Any]:
    """Write a line."""
    currency = more.pop("currency", "USD")
    return {
        "id": gid("LineItem", number),
        "name": more.pop("name", sku or "Something"),
        "sku": sku,
        "quantity": quantity,
        "currentQuantity": quantity,
        "isGiftCard": False,
        "requiresShipping": False,
        "customAttributes": [],
        "variant": {"id": gid("ProductVariant", number % 1000 + 41)},
        "product": {"id": gid("Product", 632)},
        "originalUnitPriceSet": bag(price, currency),
        "discountAllocations": [],
        "taxLines": [],
        **more,
    }


@dataclass
class Order:
    """One order; what happens to it changes ``updated_at``, as at Shopify."""

    number: int = ORDER
    lines: list[dict[str, Any]] = field(
        default_factory=lambda: [
            line(LINE, "DNA-STD", 2, "114.00"),
            line(OTHER, "DNA-HEALTH", 1, "129.00"),
            line(MUG, "MUG-01", 1, "0.00"),
        ]
    )
    status: str | None = "PAID"
    total: str = "357.00"
    currency: str = "USD"
    facts: dict[str, Any] = field(default_factory=dict)
    refunds: list[dict[str, Any]] = field(default_factory=list)
    disputes: list[dict[str, Any]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    fulfilled: dict[str, int] = field(default_factory=dict)
    updated_at: str = field(default_factory=now_text)
    is_deleted: bool = False

    def shown(self) -> dict[str, Any]:
        """Give what the API shows of it."""
        return {
            "id": gid("Order", self.number),
            "name": "#1042",
            "test": False,
            "createdAt": "2026-11-20T15:00:00Z",
            "processedAt": "2026-11-20T14:59:58Z",
            "updatedAt": self.updated_at,
            "cancelledAt": None,
            "displayFinancialStatus": self.status,
            "taxesIncluded": True,
            "presentmentCurrencyCode": self.currency,
            "customerLocale": "de-CH",
            "customAttributes": [],
            "totalPriceSet": bag(self.total, self.currency),
            "totalReceivedSet": bag(self.total, self.currency),
            "email": "ann.buyer@example.com",
            "customer": {"firstName": "Ann", "lastName": "Buyer"},
            "transactions": self._payments(),
            "lineItems": self.lines,
            "refunds": self.refunds,
            "disputes": self.disputes,
            "tags": self.tags,
            "fulfillmentOrders": self.to_fulfil(),
            **self.facts,
        }

    def change(self, status: str | None = None, **facts: Any) -> None:
        """Let something be different from now on."""
        self.status = status or self.status
        self.facts |= facts
        self.updated_at = now_text()

    def edit(self, number: int, quantity: int) -> None:
        """Have staff take units of a line off, or put them on."""
        [found] = [one for one in self.lines if one["id"] == gid("LineItem", number)]
        found["currentQuantity"] = quantity
        found["quantity"] = max(found["quantity"], quantity)
        self.change()

    def cancel(self, status: str = "REFUNDED") -> None:
        """Have it cancelled; Shopify leaves the quantities as they are."""
        self.change(status, cancelledAt=now_text())

    def refund(
        self,
        lines: Mapping[int, int],
        *,
        amount: str,
        note: str = "",
        money: str | None = "SUCCESS",
        number: int | None = None,
        keep_quantities: bool = False,
    ) -> dict[str, Any]:
        """Give money back, for these units of these lines."""
        rows = []
        for line_number, quantity in lines.items():
            [found] = [one for one in self.lines if one["id"] == gid("LineItem", line_number)]
            if not keep_quantities:
                found["currentQuantity"] -= quantity
            price = found["originalUnitPriceSet"]["presentmentMoney"]["amount"]
            rows.append(
                {
                    "quantity": quantity,
                    "lineItem": {"id": found["id"]},
                    "subtotalSet": bag(f"{float(price) * quantity:.2f}", self.currency),
                    "totalTaxSet": bag("0.00", self.currency),
                }
            )
        moved = {"status": money, "amountSet": bag(amount, self.currency)}
        made = {
            "id": gid("Refund", number or 890_088_186_047_892_000 + len(self.refunds)),
            "note": note,
            "createdAt": f"2026-11-21T12:00:{len(self.refunds):02d}Z",
            "processedAt": "2026-11-21T12:00:00Z",
            "totalRefundedSet": bag(amount, self.currency),
            "transactions": [moved] if money else [],
            "refundLineItems": rows,
        }
        self.refunds.append(made)
        self.change("PARTIALLY_REFUNDED" if self.status == "PAID" else None)
        return made

    def dispute(self, status: str = "NEEDS_RESPONSE", kind: str = "CHARGEBACK") -> dict[str, Any]:
        """Have the buyer's bank ask for the money."""
        made = {
            "id": gid("ShopifyPaymentsDispute", 500 + len(self.disputes)),
            "initiatedAs": kind,
            "status": status,
            "initiatedAt": "2026-11-21T13:00:00Z",
            "amount": {"amount": self.total, "currencyCode": self.currency},
        }
        self.disputes.append(made)
        self.change()
        return made

    def to_fulfil(self) -> list[dict[str, Any]]:
        """Give the fulfilment orders: one, at one place, unless told otherwise."""
        rows = [
            {
                "id": gid("FulfillmentOrderLineItem", index + 1),
                "remainingQuantity": one["currentQuantity"]
                - self.fulfilled.get(gid("FulfillmentOrderLineItem", index + 1), 0),
                "requiresShipping": one["requiresShipping"],
                "lineItem": {"id": one["id"]},
            }
            for index, one in enumerate(self.lines)
        ]
        return [
            {
                "id": gid("FulfillmentOrder", 1),
                "status": "OPEN",
                "assignedLocation": {"location": {"id": gid("Location", 1)}},
                "supportedActions": [{"action": "CREATE_FULFILLMENT"}, {"action": "HOLD"}],
                "lineItems": rows,
            }
        ]

    def fulfil(self, row: str, quantity: int) -> None:
        """Take note that so many of this row are fulfilled."""
        self.fulfilled[row] = self.fulfilled.get(row, 0) + quantity

    def _payments(self) -> list[dict[str, Any]]:
        paid = self.status in ("PAID", "PARTIALLY_REFUNDED", "REFUNDED")
        back = sum(
            float(one["totalRefundedSet"]["presentmentMoney"]["amount"]) for one in self.refunds
        )
        return [
            {
                "id": gid("OrderTransaction", 801_038_806),
                "kind": "SALE",
                "status": "SUCCESS" if paid else "PENDING",
                "gateway": "shopify_payments",
                "processedAt": "2026-11-20T15:00:02Z",
                "amountSet": bag(self.total, self.currency),
                "maximumRefundableV2": {
                    "amount": f"{float(self.total) - back:.2f}",
                    "currencyCode": self.currency,
                },
            }
        ]
