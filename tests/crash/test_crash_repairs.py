"""Deciding refunds and correcting buyers, killed at every moment: done, or not begun."""

from dataclasses import replace
from uuid import uuid4

import pytest

from counterfoil.models import Connection, Decision, ExceptionCase, Purchase, RefundedEntitlement
from counterfoil.operations.correct_buyer import correct_buyer
from counterfoil.operations.decide_refund import decide_refund
from counterfoil.rules.proofs import AddressProof
from counterfoil.testing.builders import OPERATOR, Issued, a_refund, converge, issue_many, now
from tests.converged import make_shop, of
from tests.crash.doomed import Doomed, kill_everywhere

pytestmark = pytest.mark.django_db(transaction=True)


def refunded() -> Purchase:
    """Sell three, of which some money went back."""
    money = a_refund(5_000, quantity=None, reference="re_1")
    shop = Connection.objects.first() or make_shop()
    order = replace(of(2, 1), reference=f"cs_{uuid4()}", refunds=(money,))
    return converge(shop, order).purchase


def decide(purchase: Purchase) -> object:
    first, second, third = purchase.entitlements.order_by("line__external_line", "ordinal")
    return decide_refund(
        purchase_id=purchase.pk,
        reference="re_1",
        takes={first.pk: Decision.REVOKE, second.pk: Decision.KEEP, third.pk: Decision.REVOKE},
        by=OPERATOR,
        at=now(),
        reason="customer_asked",
    )


def was_decided(purchase: Purchase) -> None:
    units = purchase.entitlements.order_by("line__external_line", "ordinal")
    assert [one.state for one in units] == ["revoked", "issued", "revoked"]
    decided = RefundedEntitlement.objects.filter(entitlement__in=units, superseded_at=None)
    assert decided.count() == 3
    assert not ExceptionCase.objects.filter(purchase=purchase, resolved_at=None).exists()


def correct(issued: Issued) -> object:
    return correct_buyer(
        purchase_id=issued.purchase.pk,
        mail="right@example.org",
        proof=AddressProof.DOCUMENT,
        by=OPERATOR,
        at=now(),
        reason="mail_not_received",
    )


def was_corrected(issued: Issued) -> None:
    purchase = Purchase.objects.get(pk=issued.purchase.pk)
    assert purchase.buyer is not None
    assert purchase.buyer.contact().mail == "right@example.org"  # type: ignore[union-attr]
    acts = {one.entries.latest("seq").act for one in purchase.entitlements.all()}
    assert len(acts) == 1


def test_a_decision_is_made_or_not_begun() -> None:
    assert kill_everywhere(Doomed(scene=refunded, act=decide, check=was_decided)) >= 10


def test_a_buyer_is_corrected_or_not() -> None:
    doomed = Doomed(scene=lambda: issue_many(2), act=correct, check=was_corrected)
    assert kill_everywhere(doomed) >= 5
