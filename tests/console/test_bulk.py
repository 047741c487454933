"""Acting on many in the console: from a list or a filter to what came of each."""

import io
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client
from tests.batches import mint_batch
from tests.console.conftest import SignedIn
from tests.scenes import use

from counterfoil.jobs.running import work_jobs
from counterfoil.models import Approval, AuditEntry, Bulk, Entitlement, Entry
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import Issued, issue_many, make_assignee

pytestmark = pytest.mark.django_db
NEW = "/console/bulk/new/"


@pytest.fixture
def ana() -> Assignee:
    return make_assignee()


@pytest.fixture
def five(ana: Assignee) -> Issued:
    issued = issue_many(5)
    use(issued, ana)
    return issued


def chosen(client: Client, text: str, act: str = "revoke", **answers: str) -> Bulk:
    answer = client.post(f"{NEW}?act={act}", {"list": text, **answers})
    assert answer.status_code == 302, answer.content.decode()
    return Bulk.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2])


def page(client: Client, bulk: Bulk, what: str = "") -> str:
    return client.get(f"/console/bulk/{bulk.pk}/{what}").content.decode()


def confirm(client: Client, bulk: Bulk, *sorts: str, **more: str) -> int:
    shown = bulk.created_at.isoformat()
    given = {"sort": sorts, "reason": "mistake", "shown": shown} | more
    return client.post(f"/console/bulk/{bulk.pk}/confirm/", given).status_code


def test_from_an_order_number_to_the_results_and_back(support: Client, five: Issued) -> None:
    bulk = chosen(support, f"{five.purchase.called}\nnobody-knows\n")

    shown = page(support, bulk)
    assert "Revoke: 5 entitlements" in shown
    assert "Line 2: nothing is called like that" in shown
    assert "nobody-knows" not in shown
    assert "4</span> unassigned" in shown
    assert '1</span> assigned <span class="soft">(left as it is' in shown
    assert (
        confirm(support, bulk, "unassigned", ticket="T-77", comment="code 4242 4242 4242 4242")
        == 302
    )
    assert "0 of 4" in page(support, bulk)
    work_jobs()

    shown = page(support, bulk)
    assert "left as it is" in shown
    assert Entry.objects.filter(act=bulk.pk, data__case="T-77").count() == 4
    assert Bulk.objects.get().comment == "code [card ending 4242]"
    assert support.get(f"/console/bulk/{bulk.pk}/results/").status_code == 405
    results = support.post(f"/console/bulk/{bulk.pk}/results/")
    lines = b"".join(results.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 6
    assert sum(",done," in line for line in lines) == 4
    assert five.codes[1] not in "".join(lines)
    assert AuditEntry.objects.get(act="export", subject=str(bulk.pk)).data["rows"] == 5

    back = support.post(f"/console/bulk/{bulk.pk}/take-back/")
    inverse = Bulk.objects.get(pk=back["Location"].rstrip("/").rpartition("/")[2])
    assert confirm(support, inverse, "revoked") == 302
    work_jobs()
    assert Entitlement.objects.filter(state="issued").count() == 4


def test_lists_name_entitlements_in_many_ways(support: Client, five: Issued) -> None:
    printed = mint_batch(five.entitlement().product, quantity=3)
    handles = [Entitlement.objects.get(pk=pk).handle for pk in five.entitlement_ids]
    text = "\n".join(
        [
            "Entitlement;remark",
            f'"{handles[1].upper()}";x',
            f"7,{handles[2]},again",
            handles[2],
            five.codes[3],
            f"{printed.batch.name} 2-3",
            "ann.buyer@example.com",
        ]
    )
    sent = io.BytesIO(text.encode("utf-16"))
    sent.name = "list.csv"

    answer = support.post(f"{NEW}?act=place_hold", {"file": sent, "kind": "fraud"})

    assert answer.status_code == 302
    bulk = Bulk.objects.get()
    meant = set(bulk.items.values_list("entitlement", flat=True))
    assert meant == {*five.entitlement_ids[1:4], *printed.entitlement_ids[1:]}
    assert bulk.selection["missing"] == [[7, "address"]]
    kept = str(bulk.selection) + str(bulk.parameters)
    assert five.codes[3] not in kept
    assert "ann.buyer" not in kept


def test_from_a_filter_of_the_list(support: Client, five: Issued) -> None:
    where = f"{NEW}?state=issued&test=all"

    assert "4 entitlements" in support.get(where).content.decode()
    answer = support.post(f"{where}&act=extend", {"days": "30"})
    assert answer.status_code == 302
    bulk = Bulk.objects.get()
    assert bulk.items.count() == 4
    assert "Chosen by a filter" in page(support, bulk)
    wrong = support.get(f"{NEW}?stat=issued")
    assert wrong.status_code == 409
    assert b"This filter cannot be used" in wrong.content


def test_above_the_limit_it_waits_for_a_second_person(
    signed_in: SignedIn, five: Issued, settings: object
) -> None:
    settings.COUNTERFOIL_BULK_LIMIT = 3  # type: ignore[attr-defined]
    support, colleague = signed_in("Support 2"), signed_in("Operations")
    bulk = chosen(support, five.purchase.called)
    assert confirm(support, bulk, "unassigned") == 302
    work_jobs()
    assert "somebody else has to approve it" in page(support, bulk)
    assert Entry.objects.filter(act=bulk.pk).count() == 0

    request = Approval.objects.get()
    asked = colleague.get(f"/console/approvals/{request.pk}/").content.decode()
    assert "4 entitlements" in asked
    answer = colleague.post(f"/console/approvals/{request.pk}/", {"verdict": "approve"})
    assert answer.status_code == 302
    work_jobs()

    assert Entry.objects.filter(act=bulk.pk).count() == 4
    assert AuditEntry.objects.filter(act="bulk", subject=str(bulk.pk)).count() == 1


def test_what_a_colleague_looked_at_again_is_shown_before_it_is_confirmed(
    signed_in: SignedIn, five: Issued
) -> None:
    support, colleague = signed_in("Support 2"), signed_in("Operations")
    bulk = chosen(support, five.purchase.called)
    seen = page(support, bulk).partition('name="shown" value="')[2].partition('"')[0]
    use(replace(five, codes=five.codes[1:]), make_assignee("bob@example.com"))
    assert colleague.post(f"/console/bulk/{bulk.pk}/look-again/").status_code == 302

    given = {"sort": ["unassigned"], "reason": "mistake", "shown": seen}
    answer = support.post(f"/console/bulk/{bulk.pk}/confirm/", given)

    assert answer.status_code == 409
    told = answer.content.decode()
    assert "What changed: unassigned 4 → 3, assigned 1 → 2." in told
    assert Bulk.objects.get().status == "judged"
    for never in ({}, {"shown": "yesterday"}, {"shown": "2026-01-01 unassigned:x y"}):
        forged = {"sort": ["unassigned"], "reason": "mistake", **never}
        assert support.post(f"/console/bulk/{bulk.pk}/confirm/", forged).status_code == 409
    bulk.refresh_from_db()
    assert confirm(support, bulk, "unassigned") == 302


def test_only_whoever_may_do_the_inverse_is_offered_it(
    signed_in: SignedIn, support: Client, five: Issued
) -> None:
    bulk = chosen(support, five.purchase.called)
    confirm(support, bulk, "unassigned")
    work_jobs()

    assert "Take it back" in page(support, bulk)
    assert "Take it back" not in page(signed_in("Operations"), bulk)


def test_somebody_locked_out_does_no_more_of_it(support: Client, five: Issued) -> None:
    bulk = chosen(support, five.purchase.called)
    confirm(support, bulk, "unassigned", "assigned")
    User.objects.update(is_active=False)

    work_jobs()

    assert not Entitlement.objects.filter(state="revoked").exists()
    problems = bulk.items.values_list("outcome", "problem").distinct()
    assert list(problems) == [("refused", "requester_may_not")]
    User.objects.update(is_active=True)
    assert "may not do it any more" in page(support, bulk)


def test_rejected_it_is_discarded(signed_in: SignedIn, five: Issued, settings: object) -> None:
    settings.COUNTERFOIL_BULK_LIMIT = 3  # type: ignore[attr-defined]
    support, colleague = signed_in("Support 2"), signed_in("Operations")
    bulk = chosen(support, five.purchase.called)
    confirm(support, bulk, "unassigned")

    request = Approval.objects.get()
    given = {"verdict": "reject", "comment": "Not these."}
    assert colleague.post(f"/console/approvals/{request.pk}/", given).status_code == 302

    assert "It was discarded" in page(support, bulk)
    assert confirm(support, bulk, "unassigned") == 409


@pytest.mark.parametrize(
    ("act", "answers", "told"),
    [
        ("revoke", {"list": "  "}, "Paste a list"),
        ("revoke", {"list": "x\x00y\nhttps://a\n%%%"}, "No line of it names an entitlement"),
        ("extend", {"list": "x"}, "Give a day"),
        ("extend", {"list": "x", "until": "tomorrow"}, "This is not a date"),
        ("extend", {"list": "x", "days": "-3"}, "From 1 to"),
        ("place_hold", {"list": "x", "kind": "partner"}, "Choose one of these"),
    ],
)
def test_what_cannot_be_used_is_explained(
    support: Client, act: str, answers: dict[str, str], told: str
) -> None:
    answer = support.post(f"{NEW}?act={act}", answers)

    assert answer.status_code == 409
    assert told in answer.content.decode()
    assert not Bulk.objects.exists()


def test_too_many_are_refused_with_an_explanation(
    support: Client, five: Issued, settings: object
) -> None:
    settings.COUNTERFOIL_BULK_MAX_ROWS = 3  # type: ignore[attr-defined]

    answer = support.post(f"{NEW}?act=revoke", {"list": five.purchase.called})

    assert answer.status_code == 409
    assert "more than 3 entitlements" in answer.content.decode()
    assert (
        "More than 3 entitlements" in support.get(f"{NEW}?test=all&state=issued").content.decode()
    )
    assert not Bulk.objects.exists()


def test_a_role_is_offered_only_its_own_acts(signed_in: SignedIn, five: Issued) -> None:
    operations, auditor = signed_in("Operations"), signed_in("Auditor")
    offered = operations.get(NEW).content.decode()

    assert "act=release" in offered
    assert "act=revoke" not in offered
    assert operations.get(f"{NEW}?act=revoke").status_code == 403
    assert auditor.get("/console/bulk/").status_code == 200
    assert auditor.get(NEW).status_code == 403
