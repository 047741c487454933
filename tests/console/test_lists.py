"""Lists of the console: filters in addresses, pages, files, and views under a name."""

import csv
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.http import QueryDict
from django.test import Client, RequestFactory
from pytest_django import Settings
from tests.console.conftest import SignedIn, make_staff
from tests.records import unchanged

from counterfoil.console.doors import Visit
from counterfoil.console.listing import show_list
from counterfoil.console.lists import LISTS
from counterfoil.console.lists_orders import ENTITLEMENTS
from counterfoil.errors import ListTooSlow
from counterfoil.models import AuditEntry, Entitlement, Entry, SavedView
from counterfoil.operations.save_view import MOST, Audience, save_view
from counterfoil.queries.filtering import UnitFilter
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.testing.builders import Issued, issue_many, issue_one, make_connection, now

pytestmark = pytest.mark.django_db
UNITS = "/console/entitlements/"
UNITS_FILE = "/console/lists/entitlements/file/"
LEDGER = "/console/ledger/"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def file_of(answer: Any) -> list[list[str]]:
    """Read a file as a spreadsheet would."""
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(text.splitlines()))


@pytest.mark.parametrize("listing", LISTS.values(), ids=lambda one: str(one.name))
def test_every_list_opens_is_narrowed_down_and_explains_what_is_wrong(
    support: Client, listing: Any
) -> None:
    issue_one()
    every = "&".join(f"{part.name}=" for part in listing.sought.PARTS)

    assert str(listing.title) in text_of(support.get(listing.url))
    assert support.get(f"{listing.url}?{every}").status_code == 200
    for wrong, why in (
        ("nonsense=1", "There is no such filter for this list."),
        ("before=1", "This is no place in the list."),
        (f"{listing.sought.PARTS[0].name}=\0", "Nothing is called like that."),
    ):
        answer = support.get(f"{listing.url}?{wrong}")
        assert answer.status_code == 400
        assert why in text_of(answer)
        assert answer.context["rows"] == []


def test_entitlements_show_what_is_asked_for_and_nothing_in_clear(support: Client) -> None:
    issued = issue_many(2)
    page = text_of(support.get(f"{UNITS}?state=issued&product=DNA-STD"))

    assert "2 entitlements" in page
    assert issued.entitlement().handle in page
    assert "ann.buyer@example.com" not in page
    assert not any(code in page for code in issued.codes)
    assert "Nothing fits." in text_of(support.get(f"{UNITS}?state=revoked"))
    assert support.post(UNITS, {"state": "issued"}).status_code == 405


def test_tests_are_left_out_and_said_to_be_where_real_money_moves(support: Client) -> None:
    issue_one()
    make_connection(slug="live", is_test=False)

    page = support.get(UNITS)

    assert "Tests are left out." in text_of(page)
    assert page.context["rows"] == []
    assert len(support.get(UNITS + "?test=all").context["rows"]) == 1


def test_what_was_linked_to_stays_when_other_filters_are_chosen(support: Client) -> None:
    purchase = issue_one().purchase
    page = text_of(support.get(f"{UNITS}?purchase={purchase.pk}"))

    assert f'<input type="hidden" name="purchase" value="{purchase.pk}">' in page
    assert purchase.external_reference in page


@dataclass(frozen=True, kw_only=True, slots=True)
class Slow(UnitFilter):
    """A filter that takes its time."""

    def rows(self, *, now: datetime) -> QuerySet[Entitlement]:
        """Sleep for a minute at each row."""
        return Entitlement.objects.annotate(nap=RawSQL("pg_sleep(60)::text", [])).filter(nap="")


def test_what_takes_too_long_is_stopped_and_says_so(rf: RequestFactory) -> None:
    issue_one()
    visit = Visit(rf.get(UNITS), make_staff("Support 2"))

    answer = show_list(visit, replace(ENTITLEMENTS, sought=Slow, seconds=0.1))

    assert answer.status_code == 503
    assert "This takes too long" in text_of(answer)


def test_a_file_is_safe_masked_and_written_down(signed_in: SignedIn) -> None:
    issued = issue_many(3)
    issued.purchase.number = "=cmd|calc"
    issued.purchase.save(update_fields=["number"])

    heading, *rows = file_of(signed_in("Auditor").post("/console/lists/entitlements/file/"))

    assert heading[:3] == ["entitlement", "sku", "product"]
    assert {row[heading.index("order")] for row in rows} == {"'=cmd|calc"}
    assert {row[heading.index("buyer")] for row in rows} == {"a•••@example.com"}
    assert len(rows) == 3
    [kept] = AuditEntry.objects.filter(act="export")
    assert kept.data == {"list": "entitlements", "query": "", "rows": 3}
    everything = str(rows)
    assert not any(code in everything for code in issued.codes)


@pytest.mark.parametrize("listing", LISTS.values(), ids=lambda one: str(one.name))
def test_every_list_is_a_file_with_as_many_cells_as_headings(
    signed_in: SignedIn, listing: Any
) -> None:
    issue_many(2)
    client = signed_in("Finance")

    heading, *rows = file_of(client.post(f"/console/lists/{listing.name}/file/"))

    assert heading == list(listing.file.headings)
    assert {len(row) for row in rows} <= {len(heading)}


def test_files_are_for_those_who_may_and_change_nothing_else(signed_in: SignedIn) -> None:
    issue_one()
    with unchanged():
        assert signed_in("Support 1").post("/console/lists/codes/file/").status_code == 403
        assert signed_in("Owner").get("/console/lists/codes/file/").status_code == 405
        client = signed_in("Finance")
        assert client.post("/console/lists/nothing/file/").status_code == 404
        assert client.post("/console/lists/codes/file/?state=odd").status_code == 302


def test_what_is_too_large_for_a_file_is_refused_with_a_sentence(
    signed_in: SignedIn, settings: Settings
) -> None:
    issue_many(2)
    settings.COUNTERFOIL_EXPORT_MAX_ROWS = 1

    answer = signed_in("Finance").post("/console/lists/entitlements/file/", follow=True)

    assert "One file holds 1 rows at most" in text_of(answer)
    assert not AuditEntry.objects.filter(act="export").exists()


def test_a_file_that_breaks_off_is_written_down_and_said_on_the_list(signed_in: SignedIn) -> None:
    issue_many(3)
    client = signed_in("Finance")
    begun: Any = client.post("/console/lists/entitlements/file/")
    lines = iter(begun.streaming_content)
    for _line in range(3):  # the mark, the headings, one row
        next(lines)
    for close in begun._resource_closers:  # closing the answer would close the test's connection
        close()

    [broken] = AuditEntry.objects.filter(act="export_broken")
    assert broken.data["why"] == "left"
    assert broken.data["rows"] < 3
    assert "What you have is not all of it." in text_of(client.get(UNITS))
    file_of(client.post("/console/lists/entitlements/file/"))
    assert "What you have is not all of it." not in text_of(client.get(UNITS))


def test_some_files_are_sent_at_once_and_the_next_when_one_has_arrived(
    signed_in: SignedIn, settings: Settings
) -> None:
    settings.COUNTERFOIL_EXPORTS_AT_ONCE = 3
    issue_one()
    finance, auditor, owner = signed_in("Finance"), signed_in("Auditor"), signed_in("Owner")
    first: Any = finance.post(UNITS_FILE)
    finance.post(UNITS_FILE)
    with unchanged():
        third = finance.post(UNITS_FILE, follow=True)
    assert "2 files are being sent to you already. Ask again when one has" in text_of(third)
    auditor.post(f"{LEDGER}export/")
    with unchanged():
        for where in (UNITS_FILE, f"{LEDGER}export/", "/console/grants/export/"):
            told = text_of(owner.post(where, follow=True))
            assert "Colleagues are fetching as many files as may be sent." in told

    file_of(first)

    assert len(file_of(finance.post(UNITS_FILE))) == 2


def test_a_file_that_takes_too_long_breaks_off(signed_in: SignedIn, settings: Settings) -> None:
    settings.COUNTERFOIL_EXPORT_MINUTES = 0
    issue_one()
    client = signed_in("Finance")

    with pytest.raises(ListTooSlow):
        file_of(client.post(UNITS_FILE))

    assert AuditEntry.objects.get(act="export_broken").data["why"] == "too_long"
    assert "took too long to fetch and broke off after 0 rows" in text_of(client.get(UNITS))


CODES = "/console/lists/entitlements/codes/"


def test_codes_come_in_a_file_to_those_who_may_and_each_is_in_the_ledger(
    signed_in: SignedIn,
) -> None:
    issued = issue_many(2)
    client = signed_in("Everything")

    given: Any = client.post(CODES + "?state=issued", {"reason": "support_case"})

    text = b"".join(given.streaming_content).decode()
    shown = "".join(filter(str.isalnum, text))
    assert all("".join(filter(str.isalnum, code)) in shown for code in issued.codes)
    entries = Entry.objects.filter(act_name=Act.REVEAL_CODE)
    [kept] = AuditEntry.objects.filter(act="export")
    assert {one.data["export"] for one in entries} == {str(kept.pk)}
    assert entries.count() == kept.data["codes"] == 2


def test_codes_are_not_given_without_right_reason_or_beyond_the_limit(
    signed_in: SignedIn, settings: Settings
) -> None:
    issue_many(2)
    everything = signed_in("Everything")
    settings.COUNTERFOIL_FILE_REVEAL_LIMIT = 1
    with unchanged():
        for role in ("Support 2", "Owner", "Auditor"):
            assert signed_in(role).post(CODES, {"reason": "lost"}).status_code == 403
        assert "Choose why." in text_of(everything.post(CODES, {"reason": "odd"}))
        answer = everything.post(CODES, {"reason": "support_case"})
        assert "than one person may see in files" in text_of(answer)
        assert everything.get("/console/lists/mails/codes/").status_code == 404


def test_a_view_is_saved_shared_replaced_and_dropped(signed_in: SignedIn) -> None:
    olga, bert = signed_in("Support 2"), signed_in("Finance")
    save = "/console/lists/entitlements/views/?held=yes&state=issued"

    olga.post(save, {"name": "Held", "audience": "owner"})
    assert "Held" in text_of(olga.get(UNITS))
    assert "Held" not in text_of(bert.get(UNITS))
    olga.post(save, {"name": "Held", "audience": "everybody"})
    [kept] = SavedView.objects.all()
    assert (kept.query, kept.is_shared) == ("state=issued&held=yes", True)
    assert "shared by Mara Support 2" in text_of(bert.get(UNITS))
    with unchanged():
        assert bert.post(f"/console/lists/views/{kept.pk}/drop/").status_code == 404
    olga.post(f"/console/lists/views/{kept.pk}/drop/")
    assert not SavedView.objects.exists()
    assert list(AuditEntry.objects.order_by("at").values_list("act", flat=True)) == [
        "save_view",
        "drop_view",
    ]


def test_a_view_needs_a_name_a_list_and_filters_that_exist(support: Client) -> None:
    with unchanged():
        support.post("/console/lists/entitlements/views/?held=yes", {"name": " "})
        support.post("/console/lists/entitlements/views/?held=odd", {"name": "Odd"})
        assert support.post("/console/lists/odd/views/", {"name": "Odd"}).status_code == 404


def test_no_code_is_kept_in_the_name_of_a_view_and_nobody_has_too_many(issued: Issued) -> None:
    olga = Actor(kind=ActorKind.OPERATOR, id=str(User.objects.create(username="o").pk))

    def save(name: str) -> SavedView:
        query = QueryDict("held=yes").urlencode()
        return save_view(
            list_name="codes", name=name, query=query, audience=Audience.OWNER, by=olga, at=now()
        )

    assert issued.code not in save(f"about {issued.code}").name
    SavedView.objects.bulk_create(
        SavedView(owner_id=olga.id, list_name="codes", name=str(n), created_at=now())
        for n in range(MOST - 1)
    )
    with pytest.raises(Exception, match="as many views as one may"):
        save("one more")
    assert save("1").name == "1"
    assert SavedView.objects.count() == MOST


@pytest.fixture
def issued() -> Issued:
    """Sell one."""
    return issue_one()
