"""Acting on many at once: what is shown before, what is done, what is left and why."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail

from counterfoil.effects.settling import settle
from counterfoil.errors import (
    BulkChanged,
    BulkClosed,
    BulkEmpty,
    BulkInvalid,
    BulkNotInvertible,
    BulkTooLarge,
    CodeReplaced,
    ReasonMissing,
)
from counterfoil.jobs.running import work_jobs
from counterfoil.models import Allotment, Bulk, Code, Entitlement, Entry, Job, Suspension
from counterfoil.operations import carry_out_bulk
from counterfoil.operations.confirm_bulk import confirm_bulk
from counterfoil.operations.discard_bulk import discard_bulk
from counterfoil.operations.invert_bulk import invert_bulk
from counterfoil.operations.judge_bulk import judge_bulk
from counterfoil.operations.redeem import redeem
from counterfoil.operations.stop_job import stop_job
from counterfoil.operations.suspend_partner import suspend_partner
from counterfoil.rules.acts import Act
from counterfoil.rules.bulk import BULK, Stands
from counterfoil.rules.codes import display
from counterfoil.rules.people import Actor, ActorKind, Assignee
from counterfoil.testing.builders import OPERATOR, ORIGIN, Issued, customer, issue_many, now
from tests.bulks import carried_out, confirm, outcomes, preview, sorted_as
from tests.partnership import granted, make_clinic, units_of
from tests.records import refused, unchanged
from tests.scenes import end, history, reserve, suspend, use, withdraw

pytestmark = pytest.mark.django_db
COLLEAGUE = Actor(kind=ActorKind.OPERATOR, id="operator-2", display="Ole Other")
TICKET = Actor(kind=ActorKind.OPERATOR, id="operator-1", display="Olga Operator", case="T-1")


@pytest.fixture
def five() -> Issued:
    """Sell five."""
    return issue_many(5)


def states() -> list[str]:
    return list(Entitlement.objects.order_by("ordinal").values_list("state", flat=True))


def test_sorts_what_was_chosen_and_does_nothing_yet(
    five: Issued, ana: Assignee, at: datetime
) -> None:
    use(five, ana)
    suspend(five.entitlement_ids[1])
    reserve(five.entitlement_ids[2], account_id=None, until=at + timedelta(days=1))
    before = states()

    bulk = preview(Act.REVOKE, [*five.entitlement_ids, *five.entitlement_ids, uuid4()])

    assert sorted_as(bulk) == {"assigned": 1, "on_hold": 1, "reserved": 1, "unassigned": 2}
    assert bulk.status == "judged"
    assert states() == before


def test_does_it_to_what_was_chosen_and_leaves_the_rest(five: Issued, ana: Assignee) -> None:
    use(five, ana)

    bulk = preview(Act.REVOKE, five.entitlement_ids)
    confirm(bulk, by=TICKET, comment="printed twice")
    work_jobs()

    assert states() == ["assigned", *["revoked"] * 4]
    assert outcomes(bulk) == {"left": 1, "done": 4}
    entries = Entry.objects.filter(act=bulk.pk)
    assert entries.count() == 4
    told = entries.values_list("act_name", "actor_id", "reason", "comment", "data").distinct()
    data = {"bulk": str(bulk.pk), "case": "T-1"}
    assert list(told) == [("revoke", "operator-1", "mistake", "printed twice", data)]
    job = Job.objects.get()
    assert (job.status, job.done, job.total, job.problems) == ("done", 4, 4, 0)


def test_takes_those_in_use_as_well_if_told_to(five: Issued, ana: Assignee) -> None:
    use(five, ana)

    bulk = carried_out(Act.REVOKE, five.entitlement_ids, Stands.ASSIGNED)

    assert outcomes(bulk) == {"done": 5}
    assert set(states()) == {"revoked"}


def test_what_moved_since_is_reported_and_not_forced(five: Issued, ana: Assignee) -> None:
    bulk = preview(Act.REVOKE, five.entitlement_ids)
    confirm(bulk)
    use(five, ana)
    withdraw(five.entitlement_ids[1])

    work_jobs()

    assert outcomes(bulk) == {"moved": 1, "unchanged": 1, "done": 3}
    assert bulk.items.get(outcome="moved").problem == "assigned"
    assert history(five.id) == ["issue", "redeem"]
    assert history(five.entitlement_ids[1]) == ["issue", "revoke"]


def test_one_in_use_that_somebody_else_has_by_now_has_moved(
    five: Issued, ana: Assignee, bob: Assignee, at: datetime
) -> None:
    bulk = preview(Act.REVOKE, five.entitlement_ids)
    use(five, ana)
    judge_bulk(bulk_id=bulk.pk, by=OPERATOR, at=at)
    assert sorted_as(bulk) == {"assigned": 1, "unassigned": 4}
    confirm(bulk, Stands.ASSIGNED)
    redeem(code=five.codes[1], to=bob, by=customer(bob), at=at, origin=ORIGIN)

    work_jobs()

    assert outcomes(bulk) == {"done": 4, "moved": 1}  # bob's was nobody's when it was shown


def test_can_be_taken_back(five: Issued, ana: Assignee, at: datetime) -> None:
    use(five, ana)
    bulk = carried_out(Act.REVOKE, five.entitlement_ids, Stands.ASSIGNED)

    inverse = invert_bulk(bulk_id=bulk.pk, by=OPERATOR, at=at)
    assert invert_bulk(bulk_id=bulk.pk, by=OPERATOR, at=at) == inverse
    assert (inverse.act, inverse.inverse_of) == ("reinstate", bulk)
    assert sorted_as(inverse) == {"was_assigned": 1, "revoked": 4}
    confirm(inverse)
    work_jobs()

    assert states() == ["assigned", *["issued"] * 4]
    assert outcomes(inverse) == {"done": 5}


def test_taking_back_leaves_what_was_done_by_somebody_else_since(
    five: Issued, at: datetime
) -> None:
    bulk = carried_out(Act.REVOKE, five.entitlement_ids)
    inverse = invert_bulk(bulk_id=bulk.pk, by=OPERATOR, at=at)
    confirm(inverse)
    work_jobs()
    withdraw(five.id)
    discard = carried_out(Act.REVOKE, five.entitlement_ids)
    again = invert_bulk(bulk_id=discard.pk, by=OPERATOR, at=at)

    assert sorted_as(again) == {"revoked": 4}  # the first was withdrawn alone


def test_extends_by_days_or_until_a_day_and_back(five: Issued, at: datetime) -> None:
    soon, later = at + timedelta(days=10), at + timedelta(days=400)
    for one in five.entitlement_ids:
        end(one, soon)
    end(five.entitlement_ids[4], at - timedelta(days=1))
    end(five.entitlement_ids[3], later + timedelta(days=1))

    bulk = preview(Act.EXTEND, five.entitlement_ids, until=later.isoformat())
    assert sorted_as(bulk) == {"valid": 3, "shortened": 1, "expired": 1}
    confirm(bulk)
    work_jobs()
    assert outcomes(bulk) == {"done": 4, "left": 1}
    entry = Entry.objects.filter(act=bulk.pk, entitlement=five.id).get()
    assert datetime.fromisoformat(entry.data["until"]) == later
    assert datetime.fromisoformat(entry.data["before"]) == soon

    inverse = invert_bulk(bulk_id=bulk.pk, by=OPERATOR, at=at)
    end(five.id, soon + timedelta(days=3))
    judge_bulk(bulk_id=inverse.pk, by=OPERATOR, at=at)
    assert sorted_as(inverse) == {"changed_since": 1, "valid": 3}
    confirm(inverse)
    work_jobs()
    ends = dict(Entitlement.objects.values_list("pk", "expires_at"))
    assert ends[five.entitlement_ids[1]] == soon
    assert ends[five.entitlement_ids[4]] == at - timedelta(days=1)

    by_days = carried_out(Act.EXTEND, [five.entitlement_ids[1]], days=30)
    assert outcomes(by_days) == {"done": 1}
    assert Entitlement.objects.get(pk=five.entitlement_ids[1]).expires_at == soon + timedelta(30)


def test_holds_by_a_name_of_its_own_and_lifts_exactly_those(five: Issued, at: datetime) -> None:
    suspend(five.id)
    bulk = carried_out(Act.PLACE_HOLD, five.entitlement_ids, Stands.ON_HOLD, kind="fraud")
    assert outcomes(bulk) == {"done": 5}

    inverse = invert_bulk(bulk_id=bulk.pk, by=OPERATOR, at=at)
    assert sorted_as(inverse) == {"held_so": 5}
    confirm(inverse)
    work_jobs()

    held = Entitlement.objects.order_by("ordinal").values_list("held_count", flat=True)
    assert list(held) == [1, 0, 0, 0, 0]  # the hold that stood before stands
    other = preview(Act.LIFT_HOLD, five.entitlement_ids, kind="compliance", reference="")
    assert sorted_as(other) == {"held_otherwise": 1, "not_held": 4}


def test_replaces_codes_and_leaves_printed_ones(five: Issued, ana: Assignee, at: datetime) -> None:
    bulk = carried_out(Act.REPLACE_CODE, five.entitlement_ids)

    assert outcomes(bulk) == {"done": 5}
    with refused(CodeReplaced):
        redeem(code=five.code, to=ana, by=customer(ana), at=at, origin=ORIGIN)
    with refused(BulkNotInvertible):
        invert_bulk(bulk_id=bulk.pk, by=OPERATOR, at=at)


def test_releases_what_is_reserved(five: Issued, at: datetime) -> None:
    for one in five.entitlement_ids[:3]:
        reserve(one, account_id=None, until=at + timedelta(days=1))

    bulk = carried_out(Act.RELEASE, five.entitlement_ids)

    assert outcomes(bulk) == {"done": 3, "unchanged": 2}
    assert set(states()) == {"issued"}


def test_one_that_is_refused_holds_up_no_other(five: Issued, ana: Assignee) -> None:
    withdraw(five.entitlement_ids[1])
    use(five, ana)

    bulk = carried_out(Act.RESEND_CODE, five.entitlement_ids)

    assert sorted_as(bulk) == {"assigned": 1, "revoked": 1, "unassigned": 3}
    assert outcomes(bulk) == {"refused": 2, "done": 3}


def test_stopped_on_the_way_it_can_be_taken_back_and_is_closed(five: Issued, at: datetime) -> None:
    bulk = preview(Act.REVOKE, five.entitlement_ids)
    confirm(bulk)
    bulk.refresh_from_db()
    assert bulk.job is not None
    with refused(BulkNotInvertible, "Stop it first"):
        invert_bulk(bulk_id=bulk.pk, by=OPERATOR, at=at)
    stop_job(job_id=bulk.job.pk, by=OPERATOR, at=at)
    work_jobs()
    with refused(BulkNotInvertible, "did nothing"):
        invert_bulk(bulk_id=bulk.pk, by=OPERATOR, at=at)
    assert set(states()) == {"issued"}


def test_confirming_and_carrying_out_again_changes_nothing(five: Issued) -> None:
    bulk = carried_out(Act.REVOKE, five.entitlement_ids)

    with unchanged():
        confirm(bulk)
        work_jobs()


def test_what_a_colleague_looked_at_again_is_not_confirmed_unseen(
    five: Issued, ana: Assignee, at: datetime
) -> None:
    bulk = preview(Act.REVOKE, five.entitlement_ids, at=at)
    use(five, ana)
    judge_bulk(bulk_id=bulk.pk, by=COLLEAGUE, at=at + timedelta(seconds=1))

    with unchanged(), refused(BulkChanged):
        confirm(bulk, Stands.ASSIGNED, shown_at=at)
    assert confirm(bulk, shown_at=at + timedelta(seconds=1)).status == "confirmed"


def test_what_a_colleague_confirmed_is_not_confirmed_otherwise(five: Issued) -> None:
    bulk = preview(Act.REVOKE, five.entitlement_ids)
    confirm(bulk)

    with unchanged():
        confirm(bulk)
        with refused(BulkClosed, "Olga Operator has confirmed it already"):
            confirm(bulk, by=COLLEAGUE)
        with refused(BulkClosed, "has confirmed it already"):
            confirm(bulk, sorts=[Stands.UNASSIGNED, Stands.ASSIGNED])


def test_refuses_what_cannot_be(five: Issued, settings: Any, at: datetime) -> None:
    with refused(BulkEmpty):
        preview(Act.REVOKE, [])
    with refused(BulkEmpty):
        preview(Act.REVOKE, [uuid4()])
    with refused(BulkInvalid):
        preview(Act.REVEAL_CODE, five.entitlement_ids)
    with refused(BulkInvalid):
        preview(Act.EXTEND, five.entitlement_ids)
    with refused(BulkInvalid):
        preview(Act.PLACE_HOLD, five.entitlement_ids, kind="rain")
    with refused(BulkInvalid):
        preview(Act.ALLOT, five.entitlement_ids, partner="nobody")
    settings.COUNTERFOIL_BULK_MAX_ROWS = 4
    with refused(BulkTooLarge, "more than 4 "):
        preview(Act.REVOKE, five.entitlement_ids)

    bulk = preview(Act.REVOKE, five.entitlement_ids[:2])
    given = {"bulk_id": bulk.pk, "by": OPERATOR, "at": at, "reason": "mistake"}
    with refused(BulkEmpty):
        confirm_bulk(sorts=[Stands.ASSIGNED], **given)
    with refused(BulkInvalid):
        confirm_bulk(sorts=[Stands.REVOKED], **given)
    with refused(ReasonMissing):
        confirm_bulk(sorts=[Stands.UNASSIGNED], **given | {"reason": " "})
    discard_bulk(bulk_id=bulk.pk, by=OPERATOR, at=at)
    with refused(BulkClosed):
        confirm_bulk(sorts=[Stands.UNASSIGNED], **given)
    with refused(BulkClosed):
        judge_bulk(bulk_id=bulk.pk, by=OPERATOR, at=at)
    assert Bulk.objects.get().items.count() == 0


def test_every_act_says_of_every_sort_what_becomes_of_it() -> None:
    for rule in BULK.values():
        assert rule.takes
        together = [*rule.doable, *rule.unchanged]
        assert len(together) == len(set(together))
        if rule.inverse:
            assert rule.inverse in BULK


def test_hands_on_to_a_sub_partner_and_takes_back_where_it_came_from(at: datetime) -> None:
    foreign = issue_many(1).entitlement_ids
    clinic = make_clinic(quantity=5)
    mine = units_of(clinic.partner)
    suspend(mine[0])
    given = {"partner": clinic.branch.slug}

    bulk = carried_out(Act.ALLOT, [*mine, *foreign], **given)

    assert sorted_as(bulk) == {"elsewhere": 1, "free": 4, "not_free": 1}
    assert outcomes(bulk) == {"refused": 2, "done": 4}
    assert len(units_of(clinic.branch)) == 4
    into = Allotment.objects.get(partner=clinic.branch)
    assert (granted(clinic.allotment), granted(into)) == (1, 4)

    inverse = invert_bulk(bulk_id=bulk.pk, by=OPERATOR, at=at)
    assert (inverse.act, sorted_as(inverse)) == ("return_to_pool", {"free": 4})
    confirm(inverse)
    work_jobs()
    assert outcomes(inverse) == {"done": 4}
    assert (granted(clinic.allotment), granted(into)) == (5, 0)
    there = Entitlement.objects.filter(pk__in=mine).values_list("allotment", flat=True)
    assert set(there) == {clinic.allotment.pk}


def test_a_partner_suspended_meanwhile_is_handed_nothing(at: datetime) -> None:
    clinic = make_clinic(quantity=2)
    bulk = preview(Act.ALLOT, units_of(clinic.partner), partner=clinic.branch.slug)
    confirm(bulk)
    suspend_partner(
        partner_id=clinic.branch.pk,
        mode=Suspension.HANDING_OUT,
        reason="unpaid",
        by=OPERATOR,
        at=at,
    )

    work_jobs()

    assert outcomes(bulk) == {"refused": 2}
    assert set(bulk.items.values_list("problem", flat=True)) == {"partner_suspended"}
    assert len(units_of(clinic.partner)) == 2


def test_each_order_of_a_buyer_is_a_mail_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry_out_bulk, "AT_A_TIME", 2)
    sold = [issue_many(3), issue_many(3)]
    settle()
    mail.outbox.clear()

    bulk = preview(Act.REPLACE_CODE, [pk for one in sold for pk in one.entitlement_ids])
    confirm(bulk)
    while bulk.items.exclude(outcome="done").exists():
        done = bulk.items.filter(outcome="done").count()
        carry_out_bulk.carry_out_bulk(bulk_id=bulk.pk, after=done, by=OPERATOR, at=now())
        settle()  # the mails of one part leave before the next begins

    assert len(mail.outbox) == 2
    codes = Code.objects.filter(state="live")
    bodies = [str(one.body) for one in mail.outbox]
    for code in codes:
        assert sum(display(code.opened()) in body for body in bodies) == 1
