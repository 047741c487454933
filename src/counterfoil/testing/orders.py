"""What a test says of an order: how it stands, line by line."""

from datetime import datetime

from django.utils import timezone

from counterfoil.rules.orders import (
    OrderLine,
    OrderRefund,
    OrderState,
    PaymentStatus,
    RefundedLine,
    RefundStatus,
)


def now() -> datetime:
    """Give this moment, as the pages and the API would."""
    return timezone.now()


def an_order(
    *lines: OrderLine, reference: str = "cs_test_1", payment: PaymentStatus = PaymentStatus.PAID
) -> OrderState:
    """Say that an order of these lines stands so; use :func:`dataclasses.replace` for the rest."""
    wanted = lines or (a_line(),)
    return OrderState(
        reference=reference,
        as_of=now(),
        payment=payment,
        payment_reference=f"pi_{reference}",
        is_test=True,
        currency="USD",
        amount_total=sum(line.amount_total for line in wanted),
        lines=wanted,
        paid_at=now() if payment is PaymentStatus.PAID else None,
        buyer_email="ann.buyer@example.com",
        buyer_name="Ann Buyer",
    )


def a_line(
    quantity: int = 1, *, sku: str = "DNA-STD", reference: str = "li_1", unit_amount: int = 11_400
) -> OrderLine:
    """Say that an order has such a line."""
    return OrderLine(
        reference=reference,
        product_keys=(f"sku:{sku}",),
        description=f"Dog DNA test ({sku})",
        quantity=quantity,
        unit_amount=unit_amount,
        amount_total=quantity * unit_amount,
    )


def a_refund(
    amount: int = 11_400,
    *,
    reference: str = "re_1",
    quantity: int | None = 1,
    status: RefundStatus = RefundStatus.SUCCEEDED,
) -> OrderRefund:
    """Say that an order has such a refund, of its first line if it names units."""
    return OrderRefund(
        reference=reference,
        amount=amount,
        currency="USD",
        status=status,
        at=now(),
        lines=(RefundedLine(line="li_1", quantity=quantity, amount=amount),) if quantity else (),
    )
