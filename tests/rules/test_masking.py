"""What staff see of a channel's message: what it is about, and nobody it is about."""

import json

import pytest

from counterfoil.rules.codes import display, draw_code
from counterfoil.rules.masking import MASK, masked

ORDER = {
    "id": 820982911946154508,
    "admin_graphql_api_id": "gid://shopify/Order/820982911946154508",
    "created_at": "2026-11-20T10:00:00+01:00",
    "email": "ann.buyer@example.com",
    "contact_email": "ann.buyer@example.com",
    "phone": "+491701234567",
    "name": "#1001",
    "note": "for Ann's dog",
    "note_attributes": [{"name": "gift_to", "value": "Bert"}],
    "browser_ip": "203.0.113.7",
    "total_price": "228.00",
    "currency": "EUR",
    "financial_status": "paid",
    "cancelled_at": None,
    "test": True,
    "landing_site": "/?utm=ann",
    "nickname": "annie",
    "best_friend": "bert",
    "customer": {"id": 7, "first_name": "Ann", "orders_count": 3, "default_address": {"zip": "1"}},
    "line_items": [{"sku": "DNA-STD", "title": "Dog DNA test", "quantity": 2, "name": "for Rex"}],
}


def test_shows_what_it_is_about() -> None:
    told = masked(ORDER)
    for name in ("id", "created_at", "total_price", "currency", "financial_status", "test"):
        assert told[name] == ORDER[name]
    assert told["admin_graphql_api_id"] == ORDER["admin_graphql_api_id"]
    assert told["line_items"] == [
        {"sku": "DNA-STD", "title": "Dog DNA test", "quantity": 2, "name": MASK}
    ]


@pytest.mark.parametrize(
    "personal",
    ["ann", "Ann", "Bert", "bert", "4917", "203.0", "Rex", "example", "utm", '"1"'],
)
def test_shows_nobody_it_is_about(personal: str) -> None:
    assert personal not in json.dumps(masked(ORDER))


def test_shows_no_code() -> None:
    code = display(draw_code())
    told = json.dumps(masked({"description": f"use {code}", "id": code, "x": code}))
    assert code not in told


def test_bears_whatever_comes() -> None:
    deep: object = "end"
    for _ in range(500):
        deep = [deep]
    assert MASK in json.dumps(masked(deep), ensure_ascii=False)
    assert masked({"a": [1, 2.5, None, True, "x y"], "": ""}) == {
        "a": [1, 2.5, None, True, MASK],
        "": "",
    }
