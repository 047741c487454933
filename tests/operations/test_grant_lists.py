"""Lists of grants: judged, within what one gives alone or seen by a second person, given once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import override_settings

from counterfoil.errors import (
    ApprovalMissing,
    FileUnreadable,
    GrantListChanged,
    GrantListClosed,
    GrantListNotClean,
    NotFound,
    OrderInvalid,
    OwnRequest,
    ReasonMissing,
    ReferenceUnknown,
    RequesterMayNot,
)
from counterfoil.jobs.running import work_jobs
from counterfoil.models import (
    Approval,
    AuditEntry,
    Delivery,
    Entitlement,
    GrantList,
    GrantListRow,
    GrantRecord,
    Job,
    Product,
    Purchase,
)
from counterfoil.models.granting import allowance
from counterfoil.operations.approve import approve
from counterfoil.operations.discard_grant_list import discard_grant_list
from counterfoil.operations.grant import grant
from counterfoil.operations.reject import reject
from counterfoil.operations.request_grant import request_grant
from counterfoil.queries.invariants import INVARIANTS, broken
from counterfoil.rules.grant_lists import GrantSaid
from counterfoil.rules.grants import GrantCategory, ReferenceKind
from counterfoil.rules.handouts import Reach
from counterfoil.rules.people import Actor
from counterfoil.rules.permissions import Permission
from counterfoil.testing.builders import issue_one, now
from tests.granting import (
    MAILS,
    carried_out,
    confirm,
    faults,
    outcomes,
    supporter,
    the_product,
    upload,
)
from tests.staff import make_colleague, take_permission

pytestmark = pytest.mark.django_db
MANY = [f"person-{number}@example.com" for number in range(21)]


def nothing_was_given() -> bool:
    work_jobs()
    kinds = (Entitlement, GrantRecord, Purchase, Delivery)
    return not any(kind.objects.exists() for kind in kinds) and not Job.objects.exists()


def test_every_row_is_a_grant_of_its_own() -> None:
    olga = supporter()
    grant_list = carried_out([*MAILS, GrantSaid(mail="eve@example.com", quantity="2")], olga)

    assert outcomes(grant_list) == ["granted"] * 4
    assert grant_list.status == "done"
    assert Entitlement.objects.count() == 5
    records = GrantRecord.objects.all()
    assert {(one.issued_by, one.reference, one.approved_by) for one in records} == {
        (olga.id, "CASE-1", "")
    }
    assert [row.recipient() for row in grant_list.rows.all()] == [{}] * 4
    mails = {one.purchase.buyer.contact().mail for one in records if one.purchase.buyer}  # type: ignore[union-attr]
    assert mails == {*MAILS, "eve@example.com"}
    assert broken(INVARIANTS) == {}


def test_nothing_is_given_before_it_is_confirmed() -> None:
    upload(MAILS, supporter())

    assert nothing_was_given()


def test_each_row_says_what_stands_against_it() -> None:
    order = issue_one().purchase.external_reference
    rows = [
        "ann@example.com",
        "nobody",
        GrantSaid(mail="bob@example.com", product="NO-SUCH"),
        GrantSaid(mail="bob@example.com", quantity="0"),
        GrantSaid(mail="bob@example.com", quantity="many"),
        GrantSaid(mail="bob@example.com", quantity="1000000"),
        GrantSaid(order="nowhere"),
        GrantSaid(account="stranger@example.com"),
        GrantSaid(order=order, case="T-1"),
        "ANN@example.com",
        GrantSaid(order=order),
        GrantSaid(case="T-1"),
    ]

    assert faults(upload(rows, supporter()).grant_list) == [
        "",
        "address",
        "unknown_product",
        "quantity",
        "quantity",
        "quantity",
        "order_unknown",
        "account_unknown",
        "too_many_references",
        "repeated",
        "",
        "",
    ]
    no_product = upload(["eve@example.com"], supporter("eve"), product=None).grant_list
    assert faults(no_product) == ["no_product"]


def test_a_row_is_about_what_it_names_and_otherwise_about_what_its_list_is() -> None:
    account = issue_one()
    order = account.purchase.external_reference
    carried_out([MAILS[0], GrantSaid(order=order), GrantSaid(case="T-9")], supporter())

    told = GrantRecord.objects.order_by("pk").values_list("reference_kind", "reference")
    assert list(told) == [("case", "CASE-1"), ("order", order), ("case", "T-9")]


def test_above_what_one_gives_alone_it_waits_and_is_given_once_approved() -> None:
    olga, bert = supporter(), make_colleague("bert")
    grant_list = upload(MANY, olga).grant_list

    request = confirm(grant_list, olga)

    assert isinstance(request, Approval)
    assert request.parameters()["quantity"] == 21
    assert nothing_was_given()
    assert confirm(grant_list, olga) == request
    with pytest.raises(OwnRequest):
        approve(approval_id=request.pk, by=olga, at=now())

    approve(approval_id=request.pk, by=bert, at=now())
    work_jobs()

    grant_list.refresh_from_db()
    assert grant_list.status == "done"
    assert set(outcomes(grant_list)) == {"granted"}
    people = set(GrantRecord.objects.values_list("issued_by", "approved_by"))
    assert people == {(olga.id, bert.id)}
    assert allowance(olga.id, at=now()).given == 0
    assert broken(INVARIANTS) == {}


@override_settings(COUNTERFOIL_GRANT_DAILY_LIMIT=4)
def test_what_a_list_promises_counts_before_it_is_given() -> None:
    olga = supporter()
    assert isinstance(confirm(upload(MAILS, olga).grant_list, olga), GrantList)
    assert allowance(olga.id, at=now()).given == 3

    more = {
        "product": the_product(),
        "quantity": 2,
        "category": GrantCategory.EXCEPTION,
        "reason": "More",
        "reference": "CASE-2",
        "by": olga,
        "at": now(),
    }
    with pytest.raises(ApprovalMissing):
        grant(request_id=uuid4(), **more)
    assert isinstance(request_grant(request_id=uuid4(), **more), Approval)
    second = upload(["d@example.com", "e@example.com"], olga, reference="CASE-3").grant_list
    assert isinstance(confirm(second, olga), Approval)

    work_jobs()
    assert Entitlement.objects.count() == 3
    assert allowance(olga.id, at=now()).given == 3


@override_settings(COUNTERFOIL_GRANT_ROLE_LIMITS={"Support 2": 2})
def test_the_limit_of_a_role_counts_for_the_whole_list() -> None:
    assert isinstance(confirm(upload(MAILS, (olga := supporter())).grant_list, olga), GrantList)
    # permissions without the group: the limit of everybody


def test_all_or_nothing_unless_only_the_good_rows_are_meant() -> None:
    olga = supporter()
    grant_list = upload([*MAILS, "nobody"], olga).grant_list

    with pytest.raises(GrantListNotClean, match="1 of 4"):
        confirm(grant_list, olga)
    assert nothing_was_given()

    confirm(grant_list, olga, Reach.GOOD_ROWS)
    work_jobs()
    assert outcomes(grant_list) == ["granted"] * 3 + [""]


def test_a_list_without_a_good_row_gives_nothing() -> None:
    olga = supporter()

    with pytest.raises(GrantListNotClean):
        confirm(upload(["nobody"], olga).grant_list, olga, Reach.GOOD_ROWS)

    assert nothing_was_given()


def test_the_same_list_is_the_same_and_is_not_given_twice() -> None:
    olga = supporter()
    first = carried_out(MAILS, olga)

    again = upload(MAILS, supporter("bert"))

    assert again.is_repeated
    assert again.grant_list == first
    with pytest.raises(GrantListClosed):
        confirm(first, olga)
    work_jobs()
    assert Entitlement.objects.count() == 3
    other = upload(MAILS, olga, reference="CASE-2")
    assert not other.is_repeated


def test_a_list_that_nobody_confirmed_is_judged_anew() -> None:
    olga = supporter()
    first = upload(["x@example.com"], olga, product=None)
    second = upload(["x@example.com"], olga)

    assert first.grant_list == second.grant_list
    assert not second.is_repeated
    assert faults(second.grant_list) == [""]
    assert GrantListRow.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"reason": " "}, ReasonMissing),
        ({"reference": ""}, ReasonMissing),
        ({"reference_kind": ReferenceKind.ORDER, "reference": "nowhere"}, ReferenceUnknown),
        ({"category": GrantCategory.PARTNER_DISTRIBUTION}, OrderInvalid),
        ({"rows": []}, FileUnreadable),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    wrong: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        upload(MAILS, supporter(), **wrong)

    assert not GrantList.objects.exists()
    assert not GrantListRow.objects.exists()
    assert not AuditEntry.objects.exists()


def test_what_is_rejected_says_so_and_can_be_asked_for_anew() -> None:
    olga, bert = supporter(), make_colleague("bert")
    grant_list = upload(MANY, olga).grant_list
    first = confirm(grant_list, olga)

    reject(approval_id=first.pk, comment="Too many", by=bert, at=now())
    grant_list.refresh_from_db()
    assert grant_list.status == "judged"
    assert nothing_was_given()

    second = confirm(grant_list, olga)
    assert second != first
    approve(approval_id=second.pk, by=bert, at=now())
    work_jobs()
    assert Entitlement.objects.count() == 21


def test_what_lapsed_can_be_asked_for_anew() -> None:
    olga = supporter()
    grant_list = upload(MANY, olga).grant_list
    first = confirm(grant_list, olga)
    Approval.objects.filter(pk=first.pk).update(expires_at=now() - timedelta(minutes=1))

    second = confirm(grant_list, olga)

    assert isinstance(second, Approval)
    assert second != first


def asked_for(olga: Actor) -> tuple[GrantList, Approval]:
    grant_list = upload([*MANY, GrantSaid(product="OTHER")], olga).grant_list
    request = confirm(grant_list, olga)
    assert isinstance(request, Approval)
    return grant_list, request


@pytest.mark.parametrize("change", ["product_gone", "discarded", "row_gone", "right_lost"])
def test_approval_after_the_situation_changed_is_refused_and_changes_nothing(change: str) -> None:
    the_product("OTHER")
    olga, bert = supporter(), make_colleague("bert")
    grant_list, request = asked_for(olga)
    error: type[Exception] = GrantListChanged
    match change:
        case "product_gone":
            Product.objects.filter(sku="OTHER").update(sku="RENAMED")
        case "discarded":
            discard_grant_list(list_id=grant_list.pk, by=olga, at=now())
        case "row_gone":
            grant_list.rows.filter(number=2).delete()
        case "right_lost":
            take_permission(olga, Permission.GRANT)
            error = RequesterMayNot

    with pytest.raises(error):
        approve(approval_id=request.pk, by=bert, at=now())

    request.refresh_from_db()
    assert request.decision == ""
    assert nothing_was_given()
    reject(approval_id=request.pk, comment="It changed", by=bert, at=now())
    assert GrantList.objects.get().status == ("discarded" if change == "discarded" else "judged")


def test_whoever_loses_the_right_meanwhile_gives_nothing_more() -> None:
    olga = supporter()
    grant_list = upload(MAILS, olga).grant_list
    confirm(grant_list, olga)
    take_permission(olga, Permission.GRANT)

    work_jobs()

    assert outcomes(grant_list) == ["requester_may_not"] * 3
    assert not Entitlement.objects.exists()
    assert GrantList.objects.get().status == "done"


def test_a_row_that_cannot_be_given_any_more_holds_up_no_other() -> None:
    issued, olga = issue_one(), supporter()
    rows = [MAILS[0], GrantSaid(order=issued.purchase.external_reference), MAILS[1]]
    grant_list = upload(rows, olga).grant_list
    confirm(grant_list, olga)
    Purchase.objects.update(external_reference="renamed")

    work_jobs()

    assert outcomes(grant_list) == ["granted", "reference_unknown", "granted"]
    job = Job.objects.get(kind="grant_list")
    assert (job.done, job.problems) == (3, 1)


def test_discarding_forgets_everything_it_said_of_people() -> None:
    olga = supporter()
    grant_list = upload(MAILS, olga).grant_list

    discard_grant_list(list_id=grant_list.pk, by=olga, at=now())
    discard_grant_list(list_id=grant_list.pk, by=olga, at=now())

    assert not GrantListRow.objects.exists()
    assert AuditEntry.objects.filter(act="discard_grant_list").count() == 1
    with pytest.raises(GrantListClosed):
        confirm(grant_list, olga)
    assert not upload(MAILS, olga).is_repeated


def test_what_was_carried_out_cannot_be_discarded() -> None:
    olga = supporter()
    grant_list = carried_out(MAILS, olga)

    with pytest.raises(GrantListClosed):
        discard_grant_list(list_id=grant_list.pk, by=olga, at=now())

    assert grant_list.rows.count() == 3


def test_there_is_no_such_list() -> None:
    olga, unknown = supporter(), uuid4()
    with pytest.raises(NotFound):
        discard_grant_list(list_id=unknown, by=olga, at=now())
    with pytest.raises(NotFound):
        confirm(GrantList(pk=unknown), olga)


def test_no_address_stands_readable_in_what_is_kept() -> None:
    olga = supporter()
    confirm(upload(MANY, olga).grant_list, olga)

    kept = [str(list(kind.objects.values())) for kind in (GrantList, AuditEntry, Approval, Job)]
    assert not [text for text in kept if "person-1@" in text]
