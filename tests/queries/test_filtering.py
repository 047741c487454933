"""Which entitlements a filter means; what is wrong in an address is refused and explained."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from tests.scenes import end, mint, suspend, withdraw

from counterfoil.errors import FilterWrong
from counterfoil.models import Entitlement
from counterfoil.queries.filtering import UnitFilter
from counterfoil.queries.unit_words import ForTests, Source
from counterfoil.rules.lifecycle import State
from counterfoil.testing.builders import issue_many, issue_one, make_connection, make_product, now

pytestmark = pytest.mark.django_db


def meant(query: str) -> set[Any]:
    """Give the ids of what an address means."""
    rows = UnitFilter.from_query(QueryDict(query)).rows(now=now())
    return set(rows.values_list("pk", flat=True))


def test_tests_are_left_out_where_real_money_moves() -> None:
    one = issue_one()

    assert meant("") == meant("test=all") == meant("test=yes") == {one.id}
    assert meant("test=no") == set()
    make_connection(slug="live", is_test=False)
    assert meant("") == meant("test=no") == set()
    assert meant("test=all") == meant("test=yes") == {one.id}


def test_each_part_narrows_down() -> None:
    first, second, third = issue_many(3).entitlement_ids
    printed, _code = mint(make_product(sku="card"))
    suspend(first)
    withdraw(second)
    end(third, now() - timedelta(days=1))

    assert meant("state=issued") == {first, third}
    assert meant("state=issued&state=revoked") == {first, second, third}
    assert meant("held=yes") == {first}
    assert meant("held=no&state=issued") == {third}
    assert meant("expired=yes") == {third}
    assert printed in meant("expired=no")
    assert meant("source=batch") == meant("product=card") == {printed}
    assert meant("source=sale") == {first, second, third}
    assert meant("source=grant") == meant("category=test") == set()
    assert meant("gift=yes") == set()
    purchase = Entitlement.objects.get(pk=first).purchase_id
    assert meant(f"purchase={purchase}") == {first, second, third}
    assert meant(f"bulk={purchase}") == set()


def test_days_are_taken_whole() -> None:
    one = issue_one()
    today = now().date()
    tomorrow, yesterday = today + timedelta(days=1), today - timedelta(days=1)

    assert meant(f"issued_from={today}&issued_until={today}") == {one.id}
    assert meant(f"issued_from={tomorrow}") == meant(f"issued_until={yesterday}") == set()
    end(one.id, now() + timedelta(days=5))
    ends = one.entitlement().expires_at
    assert ends is not None
    assert meant(f"expires_after={ends.date() - timedelta(days=1)}") == {one.id}
    assert meant(f"expires_after={ends.date()}") == set()
    assert meant(f"expires_before={ends.date()}") == set()
    assert meant(f"expires_before={ends.date() + timedelta(days=1)}") == {one.id}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=isued", "state"),
        ("stat=issued", "stat"),
        ("product=nothing-of-ours", "product"),
        ("partner=%00", "partner"),
        ("batch=" + "x" * 300, "batch"),
        ("issued_from=2026-13-01", "issued_from"),
        ("issued_from=0001-01-01", "issued_from"),
        ("expires_before=9999-12-31", "expires_before"),
        ("purchase=1%27%20OR%201=1", "purchase"),
        ("held=maybe", "held"),
        ("test=no&test=yes", "test"),
        ("before=" + "0" * 32, "before"),
    ],
)
def test_what_is_wrong_is_named_and_explained(query: str, field: str) -> None:
    with pytest.raises(FilterWrong) as refusal:
        UnitFilter.from_query(QueryDict(query))

    assert refusal.value.field == field
    assert refusal.value.text.endswith(".")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, UnitFilter()),
        ({"state": "", "held": " "}, UnitFilter()),
        ({"state": ["issued", "issued"]}, UnitFilter(state=(State.ISSUED,))),
        ({"source": "grant", "test": "all"}, UnitFilter(source=Source.GRANT, test=ForTests.ALL)),
        ({"held": "no", "partner": "-"}, UnitFilter(held=False, partner="-")),
        ({"issued_from": "2026-11-01"}, UnitFilter(issued_from=date(2026, 11, 1))),
    ],
)
def test_it_reads_what_it_writes(given: Mapping[str, Any], wanted: UnitFilter) -> None:
    found = UnitFilter.from_query(given)

    assert found == wanted
    assert UnitFilter.from_query(QueryDict(found.to_query())) == wanted


def test_it_is_said_in_words() -> None:
    product = make_product()
    query = f"product={product.sku}&state=issued&held=yes&issued_by=7&test=all"
    sought = UnitFilter.from_query(QueryDict(query + "&before=x"), beside=("before",))

    assert sought.words() == (
        ("State", "issued"),
        ("Product", product.name),
        ("On hold", "yes"),
        ("Tests", "real ones and tests"),
        ("Granted by", "7"),
    )
