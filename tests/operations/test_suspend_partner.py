"""Suspending a partner: what stops, what stays, and that it all comes back."""

from uuid import UUID

import pytest

from counterfoil.effects.settling import settle as let_follow
from counterfoil.errors import NotFound, PartnerSuspended, ReasonMissing
from counterfoil.jobs.running import work_jobs
from counterfoil.models import AuditEntry, Entitlement, Hold, HoldKind, Job, Partner, Suspension
from counterfoil.models.ids import uuid7
from counterfoil.operations import _halting, continue_suspension
from counterfoil.operations.assign_to_mail import assign_to_mail
from counterfoil.operations.end_member import end_member
from counterfoil.operations.hand_on import hand_on
from counterfoil.operations.resume_partner import resume_partner
from counterfoil.operations.suspend_partner import suspend_partner
from counterfoil.operations.unassign import unassign
from counterfoil.testing.builders import OPERATOR, now
from tests.partnership import Clinic, allotted, make_clinic, units_of
from tests.records import refused, unchanged
from tests.scenes import suspend


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


def halt(partner: Partner, mode: Suspension = Suspension.CODES) -> Partner:
    return suspend_partner(partner_id=partner.pk, mode=mode, reason="Unpaid", by=OPERATOR, at=now())


def go_on(partner: Partner) -> Partner:
    return resume_partner(partner_id=partner.pk, reason="Paid", by=OPERATOR, at=now())


def held(partner: Partner) -> int:
    return Entitlement.objects.filter(partner=partner, held_count__gt=0).count()


def claim(pk: UUID) -> None:
    assign_to_mail(
        entitlement_id=pk, mail="ana@example.com", by=OPERATOR, at=now(), reason="goodwill"
    )


def test_stopping_to_hand_out_holds_no_code(clinic: Clinic) -> None:
    partner = halt(clinic.partner, Suspension.HANDING_OUT)
    assert (partner.suspension, held(partner)) == ("handing_out", 0)
    claim(clinic.free()[0])


def test_holding_codes_holds_what_nobody_has_and_nothing_else(clinic: Clinic) -> None:
    claimed = clinic.free()[0]
    claim(claimed)
    halt(clinic.partner)
    assert held(clinic.partner) == 9
    assert Entitlement.objects.get(pk=claimed).held_count == 0


def test_resuming_lifts_its_own_holds_and_no_others(clinic: Clinic) -> None:
    suspect = clinic.free()[0]
    suspend(suspect)
    halt(clinic.partner)
    assert Entitlement.objects.get(pk=suspect).held_count == 2

    partner = go_on(clinic.partner)

    assert (partner.suspension, partner.suspended_at) == ("", None)
    assert held(clinic.partner) == 1
    [left] = Hold.objects.filter(lifted_seq=None)
    assert (left.entitlement_id, left.kind) == (suspect, HoldKind.FRAUD)


def test_changing_the_mode_places_and_lifts(clinic: Clinic) -> None:
    for mode, count in (("handing_out", 0), ("codes", 10), ("handing_out", 0)):
        halt(clinic.partner, Suspension(mode))
        assert held(clinic.partner) == count


def test_doing_it_again_changes_nothing(clinic: Clinic) -> None:
    halt(clinic.partner)
    with unchanged():
        halt(clinic.partner)
    go_on(clinic.partner)
    with unchanged():
        go_on(clinic.partner)


def test_reaches_whoever_stands_below(clinic: Clinic) -> None:
    choice = clinic.some(3)
    hand_on(
        request_id=uuid7(),
        partner_id=clinic.partner.pk,
        to_partner_id=clinic.branch.pk,
        choice=choice,
        by=OPERATOR,
        at=now(),
    )
    halt(clinic.partner)
    assert (held(clinic.partner), held(clinic.branch)) == (7, 3)
    halt(clinic.branch)
    assert Entitlement.objects.get(pk=units_of(clinic.branch)[0]).held_count == 2
    go_on(clinic.partner)
    assert (held(clinic.partner), held(clinic.branch)) == (0, 3)
    go_on(clinic.branch)
    assert held(clinic.branch) == 0


def test_what_is_allotted_later_is_held_as_well(clinic: Clinic) -> None:
    halt(clinic.partner)
    product = Entitlement.objects.get(pk=units_of(clinic.partner)[0]).product
    allotted(clinic.partner, product, 2)
    allotted(clinic.branch, product, 2)
    assert (held(clinic.partner), held(clinic.branch)) == (12, 2)


@pytest.mark.usefixtures("_kept")
def test_what_comes_back_later_is_held_as_well(clinic: Clinic) -> None:
    unit = clinic.free()[0]
    claim(unit)
    halt(clinic.partner)
    unassign(entitlement_id=unit, by=OPERATOR, at=now(), reason="mistake")
    let_follow()
    assert Entitlement.objects.get(pk=unit).held_count == 1


def test_its_people_may_look_and_nothing_else(clinic: Clinic) -> None:
    halt(clinic.partner, Suspension.HANDING_OUT)
    with refused(PartnerSuspended):
        end_member(member_id=UUID(clinic.operator.id), by=clinic.admin, at=now())


def test_needs_a_reason_and_a_partner(clinic: Clinic) -> None:
    for act in (suspend_partner, resume_partner):
        mode = {"mode": Suspension.CODES} if act is suspend_partner else {}
        with refused(ReasonMissing):
            act(partner_id=clinic.partner.pk, reason=" ", by=OPERATOR, at=now(), **mode)  # type: ignore[operator]
        with refused(NotFound):
            act(partner_id=uuid7(), reason="Unpaid", by=OPERATOR, at=now(), **mode)  # type: ignore[operator]


def test_is_written_down(clinic: Clinic) -> None:
    halt(clinic.partner)
    noted = AuditEntry.objects.get(subject="partner:clinic", act="suspend_partner")
    assert noted.data == {"before": "", "mode": "codes", "reason": "Unpaid", "entitlements": 10}


def test_very_many_are_held_and_let_go_by_a_job(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_halting, "AT_ONCE", 5)
    monkeypatch.setattr(continue_suspension, "AT_A_TIME", 4)
    halt(clinic.partner)
    assert held(clinic.partner) == 0
    work_jobs()
    assert held(clinic.partner) == 10
    assert list(Job.objects.values_list("status", "done", "total")) == [("done", 10, 10)]
    go_on(clinic.partner)
    work_jobs()
    assert held(clinic.partner) == 0


def test_a_job_follows_what_was_decided_meanwhile(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_halting, "AT_ONCE", 5)
    halt(clinic.partner)
    go_on(clinic.partner)
    work_jobs()
    assert held(clinic.partner) == 0
