"""Each kind as it comes about, and that what is suggested settles it."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from counterfoil.effects.breaker import DOWN
from counterfoil.effects.settling import settle
from counterfoil.errors import AccessLost, DeliveryOver
from counterfoil.intake.converging import converge_order
from counterfoil.intake.rounds import Rounds
from counterfoil.models import (
    Connection,
    Decision,
    Delivery,
    Downstream,
    DownstreamHealth,
    Entitlement,
    Entry,
    ExceptionCase,
    Job,
    JobStatus,
    Provisioning,
    StuckEntry,
    WriteBack,
)
from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.operations.decide_refund import decide_refund
from counterfoil.playbooks.following import tell
from counterfoil.playbooks.playbook import Doing
from counterfoil.playbooks.watching import watch
from counterfoil.rules.acts import Act
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.orders import DisputeStatus
from counterfoil.testing.builders import CHANNEL, OPERATOR, a_line, issue_one, make_product, now
from tests.console.test_inbox import receive
from tests.converged import UNIT, a_dispute, live, make_shop, of, refund_of, use_one
from tests.handouts import upload
from tests.jobs.work import a_job
from tests.outside.opening import Corner, corner
from tests.partnership import make_clinic
from tests.playbooks.scenes import a_case, do, suggested
from tests.records import refused

__all__ = ["corner"]
pytestmark = pytest.mark.django_db


def the(kind: str) -> ExceptionCase:
    return ExceptionCase.objects.get(kind=kind, resolved_at=None)


def is_open(case: ExceptionCase) -> bool:
    case.refresh_from_db()
    return case.resolved_at is None


def unmapped(corner: Corner) -> ExceptionCase:
    corner.sell("C-1", a_line(2, sku="NEW"))
    converge_order(connection=corner.connection, pointer="C-1")
    return the(ExceptionKind.UNMAPPED_PRODUCT)


def test_an_unmapped_product_is_mapped_by_its_name_and_asked_for_again(corner: Corner) -> None:
    case = unmapped(corner)
    assert "map" not in suggested(case)
    make_product("NEW")

    assert not do(case, "map").is_settled
    assert do(case, "ask_channel").is_settled

    assert corner.live("C-1") == 2
    case.refresh_from_db()
    assert case.resolution == "ask_channel"


def test_an_unmapped_product_is_not_ours(corner: Corner) -> None:
    case = unmapped(corner)

    assert do(case, "ignore").is_settled
    converge_order(connection=corner.connection, pointer="C-1")

    assert not ExceptionCase.objects.filter(resolved_at=None).exists()


def part_refunded(amount: int = UNIT) -> ExceptionCase:
    order = replace(of(3), refunds=(refund_of(amount=amount),))
    converge_purchase(connection=make_shop(), order=order, by=CHANNEL, at=now())
    return the(ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT)


@pytest.mark.parametrize(("way", "left"), [("line_1", 2), ("unused", 0), ("money_only", 3)])
def test_a_refund_of_nobody_knows_what_is_decided(way: str, left: int) -> None:
    case = part_refunded()

    assert do(case, way).is_settled

    assert live() == left
    case.refresh_from_db()
    assert case.resolution == way


@pytest.mark.parametrize("way", ["line_1", "unused"])
def test_a_refund_takes_back_only_what_no_other_took(way: str) -> None:
    shop, first = make_shop(), refund_of(amount=UNIT)
    order = replace(of(3), refunds=(first,))
    converge_purchase(connection=shop, order=order, by=CHANNEL, at=now())
    case = the(ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT)
    kept = list(Entitlement.objects.order_by("-ordinal")[:2])
    decide_refund(
        purchase_id=kept[0].purchase_id,  # type: ignore[arg-type]
        reference="re_1",
        takes={one.pk: Decision.KEEP for one in kept},
        reason="goodwill",
        by=OPERATOR,
        at=now(),
    )
    more = replace(order, refunds=(first, refund_of(amount=UNIT, reference="re_2")), as_of=now())
    converge_purchase(connection=shop, order=more, by=CHANNEL, at=now())
    case = the(ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT)

    assert do(case, way).is_settled

    assert live() == 2
    assert not Entitlement.objects.filter(pk__in=[one.pk for one in kept], state="revoked").exists()


def test_a_refund_in_other_money_offers_no_way_that_would_be_refused() -> None:
    order = replace(of(3), refunds=(refund_of(amount=UNIT, currency="EUR"),))
    converge_purchase(connection=make_shop(), order=order, by=CHANNEL, at=now())
    case = the(ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT)

    assert set(suggested(case)) == {"money_only"}
    assert do(case, "money_only").is_settled


def disputed(status: DisputeStatus, amount: int = 2 * UNIT) -> ExceptionCase:
    shop = make_shop()
    purchase = converge_purchase(connection=shop, order=of(2), by=CHANNEL, at=now())
    assert purchase is not None
    use_one(purchase)
    order = replace(of(2), disputes=(a_dispute(status, amount),), as_of=now())
    converge_purchase(connection=shop, order=order, by=CHANNEL, at=now())
    return ExceptionCase.objects.get(resolved_at=None)


def test_a_dispute_of_what_is_in_use_is_suspended_taken_back_or_left() -> None:
    case = disputed(DisputeStatus.OPEN)
    assert set(suggested(case)) == {"hold", "revoke", "keep"}

    assert do(case, "hold").is_settled

    holds = Entry.objects.filter(act_name="place_hold", actor_kind="operator")
    assert [one.reason for one in holds] == ["dispute_opened"]


def test_what_is_taken_back_while_the_bank_decides_stays_gone() -> None:
    case = disputed(DisputeStatus.OPEN)
    assert do(case, "revoke").is_settled
    left = live()

    still = replace(of(2), disputes=(a_dispute(DisputeStatus.OPEN, 2 * UNIT),), as_of=now())
    converge_purchase(connection=Connection.objects.get(), order=still, by=CHANNEL, at=now())

    assert live() == left == 1


def test_a_lost_dispute_takes_back_what_is_in_use() -> None:
    case = disputed(DisputeStatus.LOST)
    assert "hold" not in suggested(case)

    assert do(case, "revoke").is_settled

    assert live() == 0


def test_a_dispute_lost_about_a_part_lets_go_of_the_rest() -> None:
    case = disputed(DisputeStatus.LOST, UNIT)
    assert case.kind == ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT

    assert do(case, "unused").is_settled

    assert live() == 1
    assert not case.purchase.entitlements.filter(held_count__gt=0).exists()  # type: ignore[union-attr]


def test_a_mail_that_never_left_is_tried_again_and_one_that_left_is_not() -> None:
    issue_one()
    settle()
    mail = Delivery.objects.get()
    Delivery.objects.update(sent_at=None, parked_at=now(), attempts=10)
    case = a_case(ExceptionKind.DELIVERY_FAILED, str(mail.pk), {"error": "OSError"})
    chosen = suggested(case)["retry"]

    assert not do(case, "retry").is_settled
    mail.refresh_from_db()
    assert (mail.parked_at, mail.attempts) == (None, 0)
    Delivery.objects.update(sent_at=now())
    assert "retry" not in suggested(case)
    with refused(DeliveryOver):
        chosen.do(Doing(by=OPERATOR, at=now()))


def test_a_mail_that_came_back_leads_to_the_right_address() -> None:
    issue_one()
    settle()
    mail = Delivery.objects.get()
    Delivery.objects.update(bounced_at=now())
    case = a_case(ExceptionKind.DELIVERY_FAILED, str(mail.pk), {"error": "hard 5.1.1"})

    acts = [lead.arguments[1] for lead in tell(case.pk).leads if lead.page == "console-act"]

    assert acts[0] == Act.CORRECT_BUYER


def test_a_row_that_breaks_a_promise_leads_to_its_trace() -> None:
    unit = issue_one().entitlement()
    rows = [{"entitlement_id": str(unit.pk)}, {"batch_id": str(unit.pk)}]
    case = a_case(ExceptionKind.INVARIANT_BROKEN, "I17", {"says": "So it is.", "rows": rows})

    found = [fact.about for fact in tell(case.pk).facts if fact.label == "Row"]

    assert found == [unit.handle, ""]


def test_a_record_downstream_is_tried_again() -> None:
    issued = issue_one()
    Provisioning.objects.create(
        entitlement=issued.entitlement(),
        wanted=Downstream.ACTIVE,
        version=1,
        changed_at=now(),
        next_attempt_at=now(),
        parked_at=now(),
        attempts=40,
    )
    case = a_case(
        ExceptionKind.PROVISIONING_PARKED,
        issued.entitlement().handle,
        {"wanted": "active", "attempts": 40},
        entitlement=issued.entitlement(),
    )

    assert not do(case, "retry").is_settled

    row = Provisioning.objects.get()
    assert (row.parked_at, row.attempts) == (None, 0)


def test_a_system_that_is_down_is_asked_now() -> None:
    later = now() + timedelta(minutes=9)
    DownstreamHealth.objects.create(pk=1, failures=10, opened_at=now(), probe_at=later)
    case = a_case(DOWN, "downstream", {"failures": 10})

    do(case, "ask_now")

    probe = DownstreamHealth.objects.get().probe_at
    assert probe is not None
    assert probe <= now()
    assert is_open(case)


def test_what_a_shop_does_not_show_is_shown_again() -> None:
    issued = issue_one()
    row = WriteBack.objects.create(
        purchase=issued.purchase,
        wanted_version=2,
        got_version=1,
        changed_at=now(),
        next_attempt_at=now(),
        parked_at=now(),
        attempts=9,
    )
    about = {"purchase": issued.purchase}
    case = a_case(ExceptionKind.WRITE_BACK_FAILED, str(row.pk), {"attempts": 9}, **about)

    do(case, "retry")

    row.refresh_from_db()
    assert (row.parked_at, row.attempts) == (None, 0)


def test_a_poison_message_is_worked_again(corner: Corner) -> None:
    message = receive(corner, "C-1", is_parked=True)
    case = the(ExceptionKind.POISON_MESSAGE)

    assert do(case, "replay").is_settled

    message.refresh_from_db()
    assert message.parked_at is None
    case.refresh_from_db()
    assert case.resolution == "replay"


def test_an_order_that_is_stuck_is_asked_for_again(corner: Corner) -> None:
    corner.sell("C-7")
    case = a_case(ExceptionKind.ORDER_STUCK, "corner:C-7", {"connection": "corner", "order": "C-7"})

    assert do(case, "ask_channel").is_settled

    assert corner.live("C-7") == 2


def test_failed_work_is_continued() -> None:
    job = a_job()
    Job.objects.update(status=JobStatus.FAILED, finished_at=now())
    case = a_case(ExceptionKind.JOB_FAILED, str(job.pk), {"job": job.kind, "done": 3, "of": 9})

    assert do(case, "continue").is_settled

    job.refresh_from_db()
    assert job.status == JobStatus.WAITING


def test_a_door_that_is_rattled_is_shut(corner: Corner) -> None:
    case = a_case(ExceptionKind.MESSAGES_REFUSED, "corner", {"connection": "corner"})

    assert do(case, "pause").is_settled

    corner.connection.refresh_from_db()
    assert not corner.connection.enabled


def test_a_broken_connection_is_checked_until_it_is_well(corner: Corner) -> None:
    corner.book.trouble = AccessLost("gone")
    Rounds()()
    case = the(ExceptionKind.CONNECTION_BROKEN)
    corner.book.trouble = None

    assert do(case, "check").is_settled


def test_what_follows_from_an_act_is_tried_again() -> None:
    issued = issue_one()
    entry = issued.entitlement().entries.get()
    later = now() + timedelta(hours=6)
    StuckEntry.objects.create(
        entitlement_id=issued.id, seq=entry.seq, attempts=10, next_attempt_at=later
    )
    case = a_case(ExceptionKind.ENTRY_STUCK, str(entry.act), {"act": "issue"})

    do(case, "retry")

    assert StuckEntry.objects.get().next_attempt_at <= now()
    assert is_open(case)


def test_a_partner_over_its_allotment_is_given_what_is_missing() -> None:
    clinic = make_clinic(quantity=2)
    upload(clinic, [f"p{number}@example.com" for number in range(5)])
    watch(at=now())
    case = the("allotment_exceeded")
    assert case.evidence["missing"] == 3

    do(case, "allot")
    watch(at=now())

    assert not is_open(case)
    assert case.outcome == "There is enough for the list now."
    assert len(clinic.free()) == 5


def test_a_partner_with_enough_is_left_alone() -> None:
    clinic = make_clinic(quantity=5)
    upload(clinic, [f"p{number}@example.com" for number in range(5)])
    watch(at=now())
    assert not ExceptionCase.objects.exists()


def test_a_wish_of_somebody_leads_to_the_person() -> None:
    person = uuid4()
    case = a_case(
        ExceptionKind.PRIVACY_REQUEST, "erase:x", {"asks": "erasure", "person": str(person)}
    )

    assert do(case, "answered", comment="Sent on paper").is_settled
    case.refresh_from_db()
    assert case.outcome == "They were answered. Sent on paper"
