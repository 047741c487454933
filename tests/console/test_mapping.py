"""Products and mapping: what is unmapped is on top, mapping and re-sync issue what was owed."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from tests.console.conftest import SignedIn
from tests.outside.opening import Corner, corner

from counterfoil.errors import MappingInvalid
from counterfoil.intake.converging import converge_order
from counterfoil.jobs.running import work_jobs
from counterfoil.models import AuditEntry, Entry, ExceptionCase, Job, Product, ProductMapping
from counterfoil.operations.map_product import map_product
from counterfoil.testing.builders import OPERATOR, a_line, now

__all__ = ["corner"]
COVERS = {"F10": ["test_mapping_and_one_press_issue_what_was_owed"]}
pytestmark = pytest.mark.django_db
WHERE = "/console/mapping/corner/"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def owe(corner: Corner, *references: str) -> str:
    """Have orders of something nobody mapped converged, and give what the channel calls it."""
    for reference in references:
        corner.sell(reference, a_line(2, sku="NEW"))
        converge_order(connection=corner.connection, pointer=reference)
    return "sku:NEW"


def save(client: Client, key: str, product: str, number: str = "1") -> Any:
    given = {"key": key, "product": product, "entitlements_per_unit": number}
    return client.post(f"{WHERE}map/", given)


def test_mapping_and_one_press_issue_what_was_owed(support: Client, corner: Corner) -> None:
    key = owe(corner, "C-1", "C-2")
    page = text_of(support.get("/console/mapping/"))
    assert "nobody had mapped it" in page
    assert f"{WHERE}?key=sku%3ANEW#form" in page

    prefilled = text_of(support.get(WHERE, {"key": key}))
    assert f'value="{key}"' in prefilled
    saved = save(support, key, "DNA-corner", "3")
    assert parse_qs(urlsplit(saved["Location"]).query) == {"key": [key]}
    waiting = text_of(support.get(saved["Location"]))
    assert "2 orders wait for this" in waiting
    assert "mapped now: re-sync" in waiting
    done = text_of(support.post(f"{WHERE}re-sync/", {"key": key}, follow=True))

    assert "2 orders were asked for; 12 entitlements issued." in done
    assert (corner.live("C-1"), corner.live("C-2")) == (6, 6)
    assert not ExceptionCase.objects.filter(resolved_at=None).exists()
    assert set(Entry.objects.values_list("actor_display", flat=True)) == {"Mara Support 2"}
    assert Entry.objects.values("act").distinct().count() == 2  # one act each


def test_many_are_long_work(support: Client, corner: Corner) -> None:
    key = owe(corner, *(f"C-{number}" for number in range(7)))
    save(support, key, "DNA-corner")

    answer = support.post(f"{WHERE}re-sync/", {"key": key})
    assert answer["Location"] == f"/console/jobs/{Job.objects.get().pk}/"
    while work_jobs():
        pass

    job = Job.objects.get()
    assert (job.status, job.done, job.result["issued"]) == ("done", 7, 14)
    assert not ExceptionCase.objects.filter(resolved_at=None).exists()


def test_what_is_to_be_ignored_is_said_explicitly(support: Client, corner: Corner) -> None:
    key = owe(corner, "C-1")
    save(support, key, "-")
    support.post(f"{WHERE}re-sync/", {"key": key})

    assert ProductMapping.objects.get(key=key).product is None
    assert corner.live("C-1") == 0
    assert not ExceptionCase.objects.filter(resolved_at=None).exists()
    assert "ignored" in text_of(support.get(WHERE))


def test_who_mapped_what_when_is_kept(support: Client, corner: Corner) -> None:
    save(support, "sku:A", "DNA-corner", "2")
    save(support, "sku:A", "DNA-corner", "2")  # the same again
    save(support, "sku:A", "-")

    first, second = AuditEntry.objects.order_by("pk")
    assert first.data["before"] is None
    assert second.data == {
        "before": {"product": "DNA-corner", "entitlements_per_unit": 2},
        "after": {"product": "ignored", "entitlements_per_unit": 1},
    }
    assert first.actor_display == "Mara Support 2"
    assert "DNA-corner \N{MULTIPLICATION SIGN}2" in text_of(support.get(WHERE))


@pytest.mark.django_db(transaction=True)
def test_what_was_kept_cannot_be_changed(corner: Corner) -> None:
    product = Product.objects.get()
    given = {"product": product, "entitlements_per_unit": 1, "by": OPERATOR, "at": now()}
    map_product(connection=corner.connection, key="sku:A", **given)
    for sql in (
        "UPDATE counterfoil_auditentry SET act = 'x'",
        "DELETE FROM counterfoil_auditentry",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.parametrize(
    ("key", "product", "number", "wrong"),
    [
        ("", "DNA-corner", "1", "A product key has 1 to 200 characters."),
        ("x" * 201, "DNA-corner", "1", "A product key has 1 to 200 characters."),
        ("sku:A", "", "1", "Choose a product"),
        ("sku:A", "\x00", "1", "Choose a product"),
        ("sku:A", "NOPE", "1", "Choose a product"),
        ("sku:A", "DNA-corner", "0", "A whole number"),
        ("sku:A", "DNA-corner", "1.5", "A whole number"),
        ("sku:A", "DNA-corner", "99999", "A whole number"),
        ("sku:A", "DNA-corner", "٣", "A whole number"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    support: Client, corner: Corner, key: str, product: str, number: str, wrong: str
) -> None:
    answer = save(support, key, product, number)
    assert answer.status_code == 409
    assert wrong in text_of(answer)
    assert ProductMapping.objects.count() == 1
    assert not AuditEntry.objects.exists()


def test_the_act_refuses_too(corner: Corner) -> None:
    product = Product.objects.get()
    for key, number in (("", 1), ("a\x00", 1), ("a", 0), ("a", 10_001)):
        with pytest.raises(MappingInvalid):
            map_product(
                connection=corner.connection,
                key=key,
                product=product,
                entitlements_per_unit=number,
                by=OPERATOR,
                at=now(),
            )


def test_without_anything_the_pages_say_so(support: Client, corner: Corner) -> None:
    ProductMapping.objects.all().delete()
    assert "Nothing is mapped yet" in text_of(support.get(WHERE))
    assert "nobody had mapped it" not in text_of(support.get("/console/mapping/"))


def test_who_may_only_read_gets_no_form(signed_in: SignedIn, corner: Corner) -> None:
    page = text_of(signed_in("Auditor").get(WHERE))
    assert "What is mapped" in page
    assert "Map a product" not in page
