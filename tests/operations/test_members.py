"""The people of a partner: invited, promoted, gone."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from counterfoil.effects.mails import compose
from counterfoil.errors import (
    LastAdmin,
    MailInvalid,
    MemberAlready,
    NotAMember,
    NotFound,
    PartnerInvalid,
    PartnerRoleMissing,
    PartnerSlugTaken,
)
from counterfoil.models import AuditEntry, Delivery, Partner, PartnerMember, PartnerRole
from counterfoil.models.ids import uuid7
from counterfoil.operations.change_member_role import change_member_role
from counterfoil.operations.end_member import end_member
from counterfoil.operations.invite_member import invite_member
from counterfoil.operations.open_partner import open_partner
from counterfoil.queries.partners import member_of, members_of, partner_of
from counterfoil.rules.partners import RIGHTS, PartnerRight
from counterfoil.rules.people import Actor
from counterfoil.testing.builders import OPERATOR, make_account, now
from tests.partnership import Clinic, make_clinic
from tests.records import refused, unchanged

IDA = "ida@clinic.example"


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(quantity=1)


def invite(clinic: Clinic, by: Actor = OPERATOR, at: datetime | None = None) -> PartnerMember:
    return invite_member(
        partner_id=clinic.partner.pk,
        mail=IDA,
        role=PartnerRole.OPERATOR,
        by=by,
        at=at or now(),
    )


def test_whoever_is_invited_is_told_and_may_act(clinic: Clinic) -> None:
    ida = invite(clinic)
    [mail] = Delivery.objects.filter(member=ida)
    message = compose(mail, at=now())
    assert message is not None
    assert "Clinic" in message.subject
    [found] = member_of(make_account(IDA).pk)
    assert (found.member_id, found.partner.slug) == (ida.pk, "clinic")
    assert found.may(PartnerRight.HAND_OUT)
    assert not found.may(PartnerRight.MANAGE_MEMBERS)
    assert partner_of(ida.pk).id == clinic.partner.pk


def test_inviting_again_sends_the_mail_again_but_not_at_once(clinic: Clinic) -> None:
    ida = invite(clinic)
    with unchanged():
        assert invite(clinic).pk == ida.pk
    assert invite(clinic, at=now() + timedelta(minutes=2)).pk == ida.pk
    assert Delivery.objects.filter(member=ida).count() == 2


def test_somebody_who_is_gone_is_not_written_to_and_can_come_again(clinic: Clinic) -> None:
    ida = invite(clinic)
    end_member(member_id=ida.pk, by=OPERATOR, at=now())
    assert compose(Delivery.objects.get(member=ida), at=now()) is None
    assert member_of(make_account(IDA).pk) == []
    with pytest.raises(NotFound):
        partner_of(ida.pk)
    assert invite(clinic, at=now() + timedelta(minutes=2)).pk != ida.pk


def test_an_admin_runs_their_own_people(clinic: Clinic) -> None:
    ida = invite(clinic, clinic.admin)
    change_member_role(member_id=ida.pk, role=PartnerRole.ADMIN, by=clinic.admin, at=now())
    end_member(member_id=UUID(clinic.admin.id), by=clinic.admin, at=now())
    assert [one.role for one in members_of(clinic.partner.pk)] == ["operator", "admin"]
    acts = AuditEntry.objects.filter(subject="partner:clinic").values_list("act", flat=True)
    assert {"open_partner", "allot", "invite_member", "change_member_role", "end_member"} == set(
        acts
    )


def test_addresses_are_masked_for_colleagues(clinic: Clinic) -> None:
    invite(clinic)
    assert IDA not in str(members_of(clinic.partner.pk))


def test_refuses_who_may_not(clinic: Clinic) -> None:
    other = make_clinic("other", quantity=1)
    for by, error in ((clinic.operator, PartnerRoleMissing), (other.admin, NotAMember)):
        with refused(error):
            invite(clinic, by)
        with refused(error):
            end_member(member_id=UUID(clinic.operator.id), by=by, at=now())
        with refused(error):
            change_member_role(
                member_id=UUID(clinic.operator.id), role=PartnerRole.ADMIN, by=by, at=now()
            )


def test_whoever_was_ended_may_nothing_from_that_moment(clinic: Clinic) -> None:
    end_member(member_id=UUID(clinic.admin.id), by=OPERATOR, at=now())
    with refused(NotAMember):
        invite(clinic, clinic.admin)


def test_people_do_not_lock_themselves_out(clinic: Clinic) -> None:
    with refused(LastAdmin):
        end_member(member_id=UUID(clinic.admin.id), by=clinic.admin, at=now())
    with refused(LastAdmin):
        change_member_role(
            member_id=UUID(clinic.admin.id), role=PartnerRole.OPERATOR, by=clinic.admin, at=now()
        )
    end_member(member_id=UUID(clinic.admin.id), by=OPERATOR, at=now())


def test_refuses_what_cannot_be(clinic: Clinic) -> None:
    invite(clinic)
    given = {"by": OPERATOR, "at": now()}
    about = given | {"partner_id": clinic.partner.pk}
    with refused(MailInvalid):
        invite_member(mail="nobody", role=PartnerRole.ADMIN, **about)  # type: ignore[arg-type]
    with refused(MemberAlready):
        invite_member(mail=IDA, role=PartnerRole.ADMIN, **about)  # type: ignore[arg-type]
    with refused(NotFound):
        end_member(member_id=uuid7(), **given)  # type: ignore[arg-type]
    with refused(NotFound):
        change_member_role(member_id=uuid7(), role=PartnerRole.ADMIN, **given)  # type: ignore[arg-type]


def test_opening_a_partner_again_gives_it(clinic: Clinic) -> None:
    def again(slug: str = "clinic", name: str = "Clinic", **given: UUID) -> Partner:
        return open_partner(slug=slug, name=name, by=OPERATOR, at=now(), **given)

    with unchanged():
        assert again().pk == clinic.partner.pk
    with refused(PartnerSlugTaken):
        again(name="Another")
    with refused(PartnerSlugTaken):
        again(parent_id=clinic.branch.pk)
    for slug in ("", "Clinic", "a b", "a--b", "x" * 65):
        with refused(PartnerInvalid):
            again(slug=slug)
    with refused(PartnerInvalid):
        again(slug="new", name="  ")
    with refused(NotFound):
        again(slug="new", parent_id=uuid7())


def test_partners_do_not_stand_endlessly_below_each_other(clinic: Clinic) -> None:
    lowest = clinic.branch
    for depth in range(3):
        lowest = open_partner(
            slug=f"deep-{depth}", name="Deep", parent_id=lowest.pk, by=OPERATOR, at=now()
        )
    with refused(PartnerInvalid):
        open_partner(slug="deep-4", name="Deep", parent_id=lowest.pk, by=OPERATOR, at=now())


def test_every_role_has_its_rights() -> None:
    assert set(RIGHTS) == set(PartnerRole.values)
