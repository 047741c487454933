"""What tests of converging share: a small shop, orders in one line, and what came of them."""

from dataclasses import replace

from counterfoil.models import Connection, Entitlement, ExceptionCase, Purchase
from counterfoil.operations.redeem import redeem
from counterfoil.rules.orders import (
    DisputeStatus,
    OrderDispute,
    OrderRefund,
    OrderState,
    RefundedLine,
    RefundStatus,
)
from counterfoil.testing.builders import (
    ORIGIN,
    a_line,
    an_order,
    customer,
    make_assignee,
    make_connection,
    make_product,
    now,
    read_issued,
)

UNIT, HEALTH = 11_400, 12_900


def make_shop() -> Connection:
    """Make a connection that sells two products."""
    return make_connection(make_product(), make_product("DNA-HEALTH", unit_amount=HEALTH))


def of(quantity: int, health: int = 0) -> OrderState:
    """Say that an order has so many units of one product, and of another."""
    more = [a_line(health, sku="DNA-HEALTH", reference="li_2", unit_amount=HEALTH)]
    return an_order(a_line(quantity), *(more if health else []))


def refund_of(
    *lines: tuple[str, int, int], amount: int | None = None, reference: str = "re_1", **rest: object
) -> OrderRefund:
    """Say that units of these lines went back: name, quantity, money."""
    said = tuple(RefundedLine(line=name, quantity=n, amount=money) for name, n, money in lines)
    facts: dict[str, object] = {
        "reference": reference,
        "amount": sum(one.amount for one in said) if amount is None else amount,
        "currency": "USD",
        "status": RefundStatus.SUCCEEDED,
        "at": now(),
        "lines": said,
    }
    return OrderRefund(**(facts | rest))  # type: ignore[arg-type]


def failed(refund: OrderRefund) -> OrderRefund:
    """Say that a refund failed after all."""
    return replace(refund, status=RefundStatus.FAILED)


def a_dispute(status: DisputeStatus, amount: int) -> OrderDispute:
    """Say how the one dispute about an order stands."""
    return OrderDispute(
        reference="du_1", amount=amount, currency="USD", status=status, at=now(), reason="fraud"
    )


def live() -> int:
    """Count the entitlements that are not withdrawn."""
    return Entitlement.objects.exclude(state="revoked").count()


def cases() -> list[str]:
    """Give the kinds of the exceptions that are open."""
    found = ExceptionCase.objects.filter(resolved_at=None).order_by("kind")
    return list(found.values_list("kind", flat=True))


def use_one(purchase: Purchase) -> None:
    """Let somebody use the first unit that nobody has."""
    ana = make_assignee()
    code = read_issued(purchase).codes[0]
    redeem(code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
