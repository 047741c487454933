"""Orders paid at Stripe: a real server, the official library, our own door and worker."""

import pytest

from counterfoil.models import (
    Cart,
    Dispute,
    Entitlement,
    Entry,
    ExceptionCase,
    Message,
    Provisioning,
    Purchase,
    Refund,
)
from counterfoil.operations.revoke import revoke
from counterfoil.rules.orders import PaymentStatus
from counterfoil.rules.terms import RefundPolicy
from counterfoil.testing.builders import OPERATOR, now
from tests.stripe_world import StripeWorld, at_once

COVERS = {
    "F1": ["test_everything_twice_and_at_once_with_the_redirect"],
    "F2": [
        "test_everything_twice_and_at_once_with_the_redirect",
        "test_refund_and_dispute_at_once_with_the_redirect",
    ],
    "F3": [
        "test_paid_is_told_before_unpaid",
        "test_refunded_before_anybody_told_us_that_it_was_paid",
    ],
    "F10": [
        "test_a_subscription_is_somebody_elses_business",
        "test_a_payment_that_is_no_checkout_is_not_ours",
    ],
    "F36": [
        "test_refunded_one_of_two_takes_the_newest",
        "test_a_refund_of_one_takes_the_one_nobody_has",
        "test_refunded_in_part_saying_what_for",
    ],
    "F37": [
        "test_refunded_in_part_without_saying_what_for",
        "test_refunded_in_parts_that_add_up",
        "test_an_answered_question_is_not_asked_again",
    ],
    "F38": ["test_refunded_after_somebody_used_it"],
    "F39": [
        "test_a_refund_that_fails_later_gives_back_what_it_took",
        "test_one_of_two_refunds_fails_and_the_other_stays_what_it_was",
        "test_the_refund_that_completed_the_sum_fails_and_the_first_is_a_question_again",
    ],
    "F40": [
        "test_disputed_and_won",
        "test_disputed_and_lost",
        "test_an_inquiry_changes_nothing_but_the_record_of_it",
    ],
    "F43": ["test_everything_taken_off"],
    "F44": ["test_unpaid_then_paid_days_later", "test_unpaid_then_failed", "test_expired"],
}

pytestmark = pytest.mark.django_db


def test_paid(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.paid()

    assert world.states() == ["issued"] * 3
    purchase = Purchase.objects.get()
    assert purchase.external_reference == session
    assert purchase.amount_total == 2 * 11_400 + 12_900
    assert purchase.cart == Cart.objects.get(state="paid")
    contact = purchase.buyer.contact() if purchase.buyer else None
    assert contact is not None
    assert contact.mail == "buyer@example.com"
    assert set(world.answers) == {200}
    assert set(Message.objects.values_list("topic", "outcome")) == {
        ("charge.succeeded", "ignored"),
        ("payment_intent.succeeded", "ignored"),
        ("checkout.session.completed", "converged"),
    }


def test_unpaid_then_paid_days_later(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.checkout()
    world.sim.pay_later(session)
    world.arrive()
    assert world.live() == 0
    assert Purchase.objects.get().payment == PaymentStatus.AWAITING

    world.sim.settle(session)
    world.arrive()

    assert world.live() == 3
    assert Purchase.objects.get().paid_at is not None


def test_paid_is_told_before_unpaid(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.checkout()
    world.sim.pay_later(session)
    world.sim.settle(session)
    world.deliveries.switch(reorder=True, repeat=True)

    world.arrive()

    assert world.live() == 3
    assert Message.objects.filter(outcome="converged").count() == 2


def test_unpaid_then_failed(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.checkout()
    world.sim.fail_later(session)
    world.sim.settle(session)
    world.arrive()

    assert world.live() == 0
    assert Purchase.objects.get().payment == PaymentStatus.FAILED
    assert world.cases() == []


def test_expired(stripe_world: StripeWorld) -> None:
    world = stripe_world
    world.sim.expire(world.checkout())
    world.arrive()

    assert world.live() == 0
    assert Cart.objects.get().state == "abandoned"
    assert Purchase.objects.get().payment == PaymentStatus.EXPIRED


def test_a_checkout_of_somebody_else_that_expires_leaves_nothing(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.checkout()
    world.sim.store.get("session", session).update(client_reference_id=None, metadata={})
    world.sim.expire(session)
    world.arrive()

    assert not Purchase.objects.exists()
    assert Message.objects.get().outcome == "nothing_bought"


def test_comes_back_without_having_paid(stripe_world: StripeWorld) -> None:
    converged = stripe_world.redirect(stripe_world.checkout())

    assert converged.purchase is None
    assert Cart.objects.get().state == "open"


def test_everything_taken_off(stripe_world: StripeWorld) -> None:
    world = stripe_world
    world.sim.pay(world.checkout(), percent_off=100)
    world.arrive()

    assert world.live() == 3
    assert Purchase.objects.get().amount_total == 0


def test_a_subscription_is_somebody_elses_business(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.checkout()
    world.sim.store.get("session", session)["mode"] = "subscription"
    world.sim.pay(session)
    world.arrive()

    assert not Purchase.objects.exists()
    assert set(Message.objects.values_list("outcome", flat=True)) == {"ignored"}


def test_a_payment_that_is_no_checkout_is_not_ours(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.paid(STD=1)
    world.sim.store.get("session", session)["payment_intent"] = "pi_of_another"
    world.sim.create_refund(str(Purchase.objects.get().payment_reference))
    world.arrive()

    assert set(Message.objects.filter(topic__contains="refund").values_list("outcome")) == {
        ("not_ours",)
    }
    assert world.live() == 1


def test_refunded_in_part_saying_what_for(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.paid()

    world.sim.refund(session, line=world.line(session, "HEALTH"))
    world.deliveries.switch(reorder=True, repeat=True)
    world.arrive()

    assert world.states() == ["revoked", "issued", "issued"]
    assert world.cases() == []


def test_refunded_one_of_two_takes_the_newest(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.paid(STD=2)
    world.sim.refund(session, line=world.line(session))
    world.arrive()

    assert world.states() == ["issued", "revoked"]


def test_refunded_in_part_without_saying_what_for(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.paid()

    world.sim.refund(session, line=world.line(session, "HEALTH"), says_what_for=False)
    world.arrive()

    assert world.live() == 3
    case = ExceptionCase.objects.get()
    assert case.kind == "refund_unknown_entitlement"
    assert case.evidence["suggestions"] == [{"line": world.line(session, "HEALTH"), "quantity": 1}]


def test_an_answered_question_is_not_asked_again(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.paid()
    world.sim.refund(session, amount=5_000)
    world.arrive()
    ExceptionCase.objects.update(resolved_at=Purchase.objects.get().created_at)

    world.redirect(session)

    assert ExceptionCase.objects.count() == 1


def test_refunded_in_parts_that_add_up(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.paid()
    world.sim.refund(session, amount=10_000)
    world.arrive()
    assert world.live() == 3

    world.sim.refund(session)
    world.arrive()

    assert world.live() == 0
    assert world.cases() == []
    assert sum(Refund.objects.values_list("amount", flat=True)) == 35_700
    assert sum(Refund.objects.values_list("units", flat=True)) == 3


def test_refunded_in_full(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.paid()
    world.sim.refund(session)
    world.arrive()

    assert world.states() == ["revoked"] * 3


def test_a_refund_that_is_pending_takes_nothing_until_it_arrives(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.paid(STD=1)
    refund = world.sim.refund(session, status="pending")
    world.arrive()
    assert world.live() == 1
    assert Refund.objects.get().status == "pending"

    world.sim.settle_refund(refund["id"])
    world.arrive()

    assert world.live() == 0
    assert Refund.objects.get().status == "succeeded"


def test_a_refund_that_fails_later_gives_back_what_it_took(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.paid()
    refund = world.sim.refund(session, line=world.line(session, "STD"), quantity=2)
    world.arrive()
    assert world.live() == 1

    world.sim.fail_refund(refund["id"])
    world.deliveries.switch(reorder=True, repeat=True)
    world.arrive()

    assert world.states() == ["issued"] * 3
    assert world.cases() == []


def test_one_of_two_refunds_fails_and_the_other_stays_what_it_was(
    stripe_world: StripeWorld,
) -> None:
    world = stripe_world
    session = world.paid()
    exact = world.sim.refund(session, line=world.line(session, "HEALTH"))
    world.sim.refund(session)
    world.arrive()
    assert world.live() == 0

    world.sim.fail_refund(exact["id"])
    world.arrive()

    assert world.states() == ["issued", "revoked", "revoked"]
    assert world.cases() == []


def test_the_refund_that_completed_the_sum_fails_and_the_first_is_a_question_again(
    stripe_world: StripeWorld,
) -> None:
    world = stripe_world
    session = world.paid()
    world.sim.refund(session, amount=10_000)
    world.arrive()
    rest = world.sim.refund(session)
    world.arrive()
    assert (world.live(), world.cases()) == (0, [])

    world.sim.fail_refund(rest["id"])
    world.arrive()

    assert world.live() == 3
    assert world.cases() == ["refund_unknown_entitlement"]


def test_refunded_before_anybody_told_us_that_it_was_paid(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.checkout()
    world.sim.pay(session)
    world.sim.refund(session)
    world.deliveries.switch(reorder=True)
    world.arrive()

    assert world.live() == 0
    assert Purchase.objects.get().paid_at is not None


@pytest.mark.parametrize(
    ("policy", "state", "wanted", "cases"),
    [
        (RefundPolicy.REVOKE, "revoked", "none", []),
        (RefundPolicy.KEEP, "assigned", "active", ["refund_after_assignment"]),
        (RefundPolicy.ASK, "assigned", "active", ["refund_after_assignment"]),
    ],
)
def test_refunded_after_somebody_used_it(
    stripe_world: StripeWorld, policy: RefundPolicy, state: str, wanted: str, cases: list[str]
) -> None:
    world = stripe_world
    world.policy(policy)
    session = world.paid(STD=2)
    world.use(session)

    world.sim.refund(session)
    world.deliveries.switch(repeat=True)
    world.arrive()

    assert world.states() == [state, "revoked"]
    assert world.cases() == cases
    assert Provisioning.objects.get().wanted == wanted


def test_a_refund_of_one_takes_the_one_nobody_has(stripe_world: StripeWorld) -> None:
    world = stripe_world
    world.policy(RefundPolicy.REVOKE)
    session = world.paid(STD=2)
    world.use(session)

    world.sim.refund(session, line=world.line(session))
    world.arrive()

    assert world.states() == ["assigned", "revoked"]


def test_a_refund_that_names_the_one_somebody_has_takes_that(stripe_world: StripeWorld) -> None:
    world = stripe_world
    world.policy(RefundPolicy.REVOKE)
    session = world.paid(STD=2)
    world.use(session)
    used = Entitlement.objects.get(state="assigned")

    world.sim.refund(session, units=(used.handle,), amount=11_400)
    world.arrive()

    assert world.states() == ["revoked", "issued"]


def test_who_had_it_has_it_again_when_the_refund_fails(stripe_world: StripeWorld) -> None:
    world = stripe_world
    world.policy(RefundPolicy.REVOKE)
    session = world.paid(STD=1)
    ana = world.use(session)
    refund = world.sim.refund(session)
    world.arrive()
    assert world.states() == ["revoked"]

    world.sim.fail_refund(refund["id"])
    world.arrive()

    unit = Entitlement.objects.get()
    assert unit.state == "assigned"
    assert unit.assignments.get(ended_at=None).account_id == ana.account_id


def test_what_staff_withdrew_does_not_come_back_with_a_failed_refund(
    stripe_world: StripeWorld,
) -> None:
    world = stripe_world
    session = world.paid(STD=2)
    stolen = Entitlement.objects.latest("ordinal")
    revoke(entitlement_ids=[stolen.pk], by=OPERATOR, at=now(), reason="fraud")
    refund = world.sim.refund(session)
    world.arrive()
    assert world.states() == ["revoked", "revoked"]

    world.sim.fail_refund(refund["id"])
    world.arrive()

    assert world.states() == ["issued", "revoked"]


def test_disputed_and_won(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.paid(STD=2)
    dispute = world.sim.dispute(session)
    world.deliveries.switch(repeat=True, reorder=True)
    world.arrive()
    assert list(Entitlement.objects.values_list("state", "held_count")) == [("issued", 1)] * 2

    world.sim.close_dispute(dispute["id"], won=True)
    world.arrive()

    assert list(Entitlement.objects.values_list("state", "held_count")) == [("issued", 0)] * 2
    assert Dispute.objects.get().status == "won"
    assert world.cases() == []


def test_disputed_and_lost(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.paid(STD=2)
    world.use(session)
    dispute = world.sim.dispute(session)
    world.arrive()
    assert world.cases() == ["dispute_after_assignment"]

    world.sim.close_dispute(dispute["id"], won=False)
    world.arrive()

    assert world.states() == ["assigned", "revoked"]
    assert set(Entitlement.objects.values_list("held_count", flat=True)) == {0}
    assert world.cases() == ["dispute_after_assignment"]


def test_lost_and_won_on_appeal(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.paid(STD=2)
    dispute = world.sim.dispute(session)["id"]
    world.sim.close_dispute(dispute, won=False)
    world.arrive()
    assert world.live() == 0

    for status in ("appeal_needs_response", "won"):
        world.sim.store.get("dispute", dispute)["status"] = status
        world.redirect(session)

    assert list(Entitlement.objects.values_list("state", "held_count")) == [("issued", 0)] * 2


def test_a_dispute_about_a_part_that_is_lost_is_a_question(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.paid(STD=2)
    dispute = world.sim.dispute(session, amount=11_400)
    world.sim.close_dispute(dispute["id"], won=False)
    world.arrive()

    assert list(Entitlement.objects.values_list("state", "held_count")) == [("issued", 1)] * 2
    assert world.cases() == ["refund_unknown_entitlement"]


def test_an_inquiry_changes_nothing_but_the_record_of_it(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.paid(STD=2)
    world.use(session)
    written = Entry.objects.count()

    dispute = world.sim.dispute(session, inquiry=True)
    world.arrive()
    assert Dispute.objects.get().status == "inquiry"
    world.sim.close_dispute(dispute["id"], won=True)
    world.arrive()

    assert Dispute.objects.get().status == "inquiry_closed"
    assert Entry.objects.count() == written
    assert world.cases() == []


@pytest.mark.django_db(transaction=True)
def test_everything_twice_and_at_once_with_the_redirect(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.checkout()
    world.sim.pay(session)
    world.deliveries.switch(repeat=True, reorder=True)
    world.deliveries.deliver_now()

    at_once(
        world.work,
        lambda: world.redirect(session),
        world.work,
        lambda: world.redirect(session),
        world.work,
    )

    assert world.states() == ["issued"] * 3
    assert Purchase.objects.count() == 1
    assert Entry.objects.values("act").distinct().count() == 1


@pytest.mark.django_db(transaction=True)
def test_refund_and_dispute_at_once_with_the_redirect(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = world.paid()
    world.sim.refund(session, line=world.line(session, "HEALTH"))
    world.sim.dispute(session)
    world.deliveries.switch(repeat=True, reorder=True)
    world.deliveries.deliver_now()

    at_once(
        world.work, lambda: world.redirect(session), world.work, lambda: world.redirect(session)
    )

    assert world.states() == ["revoked", "issued", "issued"]
    assert Entitlement.objects.filter(state="issued", held_count=1).count() == 2
    assert Entry.objects.filter(act_name="revoke").count() == 1
