"""Giving without a sale, traceable like one."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, User
from django.test import override_settings

from counterfoil.effects.dispatcher import dispatch
from counterfoil.effects.sealer import seal
from counterfoil.errors import (
    ApprovalMissing,
    NotFound,
    OrderInvalid,
    ReasonMissing,
    ReferenceUnknown,
)
from counterfoil.jobs.running import work_jobs
from counterfoil.models import (
    Delivery,
    Entitlement,
    Entry,
    GrantRecord,
    Job,
    JobStatus,
    Partner,
    Product,
    Purchase,
)
from counterfoil.operations.continue_grant import continue_grant
from counterfoil.operations.grant import grant
from counterfoil.rules.grants import GrantCategory, ReferenceKind
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.testing.builders import (
    OPERATOR,
    issue_one,
    make_account,
    make_connection,
    make_product,
)
from tests.records import assert_kept, refused, unchanged
from tests.staff import make_colleague

pytestmark = pytest.mark.django_db
BOSS = Actor(kind=ActorKind.OPERATOR, id="operator-2", display="Bert Boss")


@pytest.fixture
def product() -> Product:
    return make_product()


def request(product: Product, at: datetime, **other: Any) -> dict[str, Any]:
    """Make a grant of two that is in order, but for what is given."""
    return {
        "request_id": uuid4(),
        "product": product,
        "quantity": 2,
        "category": GrantCategory.CUSTOMER_SERVICE,
        "reason": "Lost in the post",
        "reference": "CASE-1",
        "by": OPERATOR,
        "at": at,
    } | other


def test_issues_and_says_why_and_who(product: Product, at: datetime) -> None:
    purchase = grant(**request(product, at, recipient="Eve@Example.com"))

    record = GrantRecord.objects.get(purchase=purchase)
    assert (record.category, record.reason, record.reference, record.quantity) == (
        "customer_service",
        "Lost in the post",
        "CASE-1",
        2,
    )
    assert (record.issued_by, record.approved_by) == (OPERATOR.id, "")
    assert (purchase.kind, purchase.connection, purchase.notify) == ("grant", None, True)
    assert purchase.buyer is not None
    contact = purchase.buyer.contact()
    assert contact is not None
    assert contact.mail == "eve@example.com"
    given = Entitlement.objects.filter(purchase=purchase)
    assert [one.entries.get().act_name for one in given] == ["grant", "grant"]
    assert {one.codes.get().state for one in given} == {"live"}


def test_repeating_a_request_gives_the_same_grant(product: Product, at: datetime) -> None:
    asked = request(product, at)
    first = grant(**asked)

    with unchanged():
        assert grant(**asked) == first

    assert grant(**request(product, at)) != first


def test_a_grant_for_testing_is_a_test_and_nobody_is_written_to(
    product: Product, at: datetime
) -> None:
    purchase = grant(**request(product, at, category=GrantCategory.TEST))

    assert purchase.is_test
    assert not purchase.notify
    assert all(one.is_test for one in Entitlement.objects.all())


@override_settings(COUNTERFOIL_GRANT_LIMIT=2)
def test_above_the_limit_takes_a_second_person(product: Product, at: datetime) -> None:
    grant(**request(product, at))

    with refused(ApprovalMissing):
        grant(**request(product, at, quantity=3))
    with refused(ApprovalMissing):
        grant(**request(product, at, quantity=3, approved_by=OPERATOR))

    purchase = grant(**request(product, at, quantity=3, approved_by=BOSS))
    assert GrantRecord.objects.get(purchase=purchase).approved_by == BOSS.id


@pytest.mark.parametrize("missing", [{"reason": " "}, {"reference": ""}])
def test_refuses_without_reason_or_reference(
    product: Product, at: datetime, missing: dict[str, str]
) -> None:
    with refused(ReasonMissing):
        grant(**request(product, at, **missing))


@pytest.mark.parametrize("wrong", [{"quantity": 0}, {"quantity": -1}, {"recipient": "no address"}])
def test_refuses_what_cannot_be(product: Product, at: datetime, wrong: dict[str, Any]) -> None:
    with refused(OrderInvalid):
        grant(**request(product, at, **wrong))
    assert not Purchase.objects.exists()


@pytest.mark.parametrize(
    "other",
    [{"quantity": 3}, {"reference": "CASE-2"}, {"recipient": "bob@example.com"}],
)
def test_refuses_a_request_id_that_was_used_for_something_else(
    product: Product, at: datetime, other: dict[str, Any]
) -> None:
    first = request(product, at, recipient="eve@example.com")
    grant(**first)

    with refused(OrderInvalid, match="another grant"):
        grant(**first | other)

    assert Entitlement.objects.count() == 2


def test_an_order_or_account_it_names_must_be_known(product: Product, at: datetime) -> None:
    account = make_account("known@example.com")
    issued = issue_one(make_connection(product))
    order = issued.purchase.external_reference
    by_order = request(product, at, reference=order, reference_kind=ReferenceKind.ORDER)
    grant(**by_order)
    by_mail = request(
        product, at, reference="known@example.com", reference_kind=ReferenceKind.ACCOUNT
    )
    kept = GrantRecord.objects.get(purchase=grant(**by_mail))

    assert (kept.reference, kept.reference_kind) == (str(account.pk), "account")
    for wrong in (
        {"reference": "no-such-order", "reference_kind": ReferenceKind.ORDER},
        {"reference": "nobody@example.com", "reference_kind": ReferenceKind.ACCOUNT},
        {"reference": "user-4711", "reference_kind": ReferenceKind.ACCOUNT},
    ):
        with refused(ReferenceUnknown):
            grant(**request(product, at, **wrong))


def test_a_partner_distributes_what_is_its_own(product: Product, at: datetime) -> None:
    partner = Partner.objects.create(slug="club", name="Club", created_at=at)
    wanted = {"category": GrantCategory.PARTNER_DISTRIBUTION}

    purchase = grant(**request(product, at, partner=partner, **wanted))

    assert purchase.partner == partner
    assert {one.partner for one in purchase.entitlements.all()} == {partner}
    with refused(OrderInvalid, match="Say which partner"):
        grant(**request(product, at, **wanted))
    with refused(OrderInvalid, match="Only a grant for partner"):
        grant(**request(product, at, partner=partner))


@override_settings(COUNTERFOIL_GRANT_DAILY_LIMIT=5)
def test_a_day_has_a_limit_of_its_own(product: Product, at: datetime) -> None:
    for _ in range(2):
        grant(**request(product, at))

    with refused(ApprovalMissing):
        grant(**request(product, at))
    grant(**request(product, at, approved_by=BOSS))
    grant(**request(product, at, quantity=1))
    grant(**request(product, at, by=BOSS))
    grant(**request(product, at + timedelta(days=1, seconds=1)))


@override_settings(COUNTERFOIL_GRANT_ROLE_LIMITS={"Support 2": 1, "Owner": 500})
def test_a_role_may_have_a_lower_limit_and_never_a_higher(product: Product, at: datetime) -> None:
    olga = make_colleague("olga")
    user = User.objects.get(pk=olga.id)
    grant(**request(product, at, by=olga))
    user.groups.add(Group.objects.get_or_create(name="Support 2")[0])
    with refused(ApprovalMissing):
        grant(**request(product, at, by=olga))
    user.groups.add(Group.objects.get_or_create(name="Owner")[0])

    grant(**request(product, at, by=olga))
    with refused(ApprovalMissing):
        grant(**request(product, at, by=olga, quantity=21))


@override_settings(COUNTERFOIL_GRANT_LIMIT=6_000)
def test_a_very_large_grant_is_issued_by_a_job(
    product: Product, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counterfoil.operations.grant.AT_ONCE", 2)
    monkeypatch.setattr("counterfoil.operations.continue_grant.BATCH", 2)

    purchase = grant(
        **request(product, at, quantity=7, recipient="eve@example.com", approved_by=BOSS)
    )

    assert purchase.entitlements.count() == 2
    assert_kept()
    seal()
    assert dispatch(at=at) == 0  # nobody is written to before all of it is there
    work_jobs()
    assert purchase.entitlements.count() == 7
    seal()
    dispatch(at=at)
    assert Delivery.objects.count() == 1
    job = Job.objects.get()
    assert (job.status, job.done, job.total) == (JobStatus.DONE, 7, 7)
    assert Entry.objects.values("act").distinct().count() == 1
    with unchanged():
        assert continue_grant(purchase_id=purchase.pk, by=OPERATOR, at=at) == 7
    with refused(NotFound):
        continue_grant(purchase_id=uuid4(), by=OPERATOR, at=at)
