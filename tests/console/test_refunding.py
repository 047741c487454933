"""A refund that nobody understands is decided in the console, by whoever may decide of money."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.console.conftest import SignedIn
from tests.converged import UNIT, make_shop, of, use_one
from tests.records import unchanged

from counterfoil.models import (
    Decision,
    Entitlement,
    Entry,
    ExceptionCase,
    Purchase,
    RefundRuling,
)
from counterfoil.operations.decide_refund import decide_refund
from counterfoil.rules.orders import OrderState, RefundStatus
from counterfoil.testing.builders import OPERATOR, a_refund, converge, now

pytestmark = pytest.mark.django_db


def some_money(count: int = 2, amount: int = UNIT) -> OrderState:
    return replace(of(count), refunds=(a_refund(amount, quantity=None, reference="gid://x/re 1"),))


@pytest.fixture
def purchase() -> Purchase:
    """Sell two, of which the money of one went back, and nobody said of which."""
    return converge(make_shop(), some_money()).purchase


@pytest.fixture
def finance(signed_in: SignedIn) -> Client:
    return signed_in("Finance")


def where(purchase: Purchase) -> str:
    return reverse("counterfoil:console-refund", args=[purchase.pk, "gid://x/re 1"])


def decide(client: Client, purchase: Purchase, **answers: str) -> Any:
    page = client.get(where(purchase))
    given = {"version": page.context["refund"].version, "reason": "refund_agreed"}
    return client.post(where(purchase), given | answers)


def handles(purchase: Purchase) -> list[str]:
    return [one.handle for one in purchase.entitlements.order_by("ordinal")]


def states() -> list[str]:
    return list(Entitlement.objects.order_by("ordinal").values_list("state", flat=True))


def test_fills_in_what_would_fit_and_takes_it_back(finance: Client, purchase: Purchase) -> None:
    page = finance.get(where(purchase)).content.decode()
    assert "would cost exactly this" in page
    [url] = re.findall(r'href="(\?take=[^"#]+)', page)
    filled = finance.get(where(purchase) + url).content.decode()
    assert filled.count('value="revoke" selected') == 1

    first, _ = handles(purchase)
    done = decide(finance, purchase, **{f"unit_{first}": "revoke"}, ticket="ZD-9")

    assert states() == ["revoked", "issued"]
    assert done["Location"].endswith(f"#entry-{first}-2")
    assert Entry.objects.get(act_name="decide_refund").data["case"] == "ZD-9"
    assert not ExceptionCase.objects.filter(resolved_at=None).exists()
    told = finance.get(done["Location"]).content.decode()
    assert "Decided: 1 revoked, 0 kept." in told


def test_decides_that_it_was_money_alone_and_later_otherwise(
    finance: Client, purchase: Purchase
) -> None:
    assert decide(finance, purchase).status_code == 302
    assert (states(), RefundRuling.objects.get().units) == (["issued", "issued"], [])
    assert "Mara Finance has said before" in finance.get(where(purchase)).content.decode()

    _, second = handles(purchase)
    assert decide(finance, purchase, **{f"unit_{second}": "keep"}).status_code == 302

    assert states() == ["issued", "issued"]
    assert 'value="keep" selected' in finance.get(where(purchase)).content.decode()


def test_tells_the_second_of_two_that_the_first_has_decided(
    finance: Client, purchase: Purchase
) -> None:
    shown = finance.get(where(purchase)).context["refund"].version
    first, second = handles(purchase)
    decide(finance, purchase, **{f"unit_{first}": "revoke"})

    with unchanged():
        answer = decide(finance, purchase, version=shown, **{f"unit_{second}": "revoke"})

    assert answer.status_code == 409
    assert "nothing was done for you" in answer.content.decode()


def test_does_nothing_when_one_was_redeemed_meanwhile(finance: Client, purchase: Purchase) -> None:
    shown = finance.get(where(purchase)).context["refund"].version
    first, _ = handles(purchase)
    use_one(purchase)

    answer = decide(finance, purchase, version=shown, **{f"unit_{first}": "revoke"})

    assert (answer.status_code, states()) == (409, ["assigned", "issued"])


@pytest.mark.parametrize(
    ("spoiled", "told"),
    [
        ({"reason": ""}, "Choose why."),
        ({"reason": "other"}, "Say in a few words"),
        ({"list_revoke": "nonsense"}, "This is not a handle"),
        ({"ticket": "ann@example.com"}, "Only the ticket"),
    ],
)
def test_asks_again_and_changes_nothing(
    finance: Client, purchase: Purchase, spoiled: dict[str, str], told: str
) -> None:
    with unchanged():
        answer = decide(finance, purchase, **spoiled)
    assert answer.status_code == 409
    if "list_revoke" not in spoiled:
        assert told in answer.content.decode()


def test_asks_for_handles_where_there_are_too_many(finance: Client) -> None:
    purchase = converge(make_shop(), some_money(60)).purchase
    page = finance.get(where(purchase)).content.decode()
    assert 'name="list_revoke"' in page
    first, second, *_ = handles(purchase)

    wrong = decide(finance, purchase, list_revoke=f"{first}\nent_x")
    assert "This is not a handle" in wrong.content.decode()
    twice = decide(finance, purchase, list_revoke=first, list_keep=first)
    assert "is named twice" in twice.content.decode()
    assert decide(finance, purchase, list_revoke=first, list_keep=second).status_code == 302

    assert states()[:3] == ["revoked", "issued", "issued"]


def test_decides_nothing_before_the_money_is_gone(finance: Client) -> None:
    order = some_money()
    waiting = replace(order, refunds=(replace(order.refunds[0], status=RefundStatus.PENDING),))
    purchase = converge(make_shop(), waiting).purchase

    page = finance.get(where(purchase)).content.decode()

    assert "this cannot be done" in page
    assert 'id="units"' not in page
    with unchanged():
        assert decide(finance, purchase).status_code == 409


def test_offers_the_refund_beside_one_entitlement_of_it(
    finance: Client, purchase: Purchase
) -> None:
    first, _ = purchase.entitlements.order_by("ordinal")
    decide_refund(
        purchase_id=purchase.pk,
        reference="gid://x/re 1",
        takes={first.pk: Decision.KEEP},
        by=OPERATOR,
        at=now(),
        reason="goodwill",
    )

    page = finance.get(
        reverse("counterfoil:console-act", args=[first.handle, "decide_refund"])
    ).content.decode()

    assert f'href="{where(purchase)}"' in page


def test_is_not_for_first_level_support(signed_in: SignedIn, purchase: Purchase) -> None:
    assert signed_in("Support 1").get(where(purchase)).status_code == 403
