"""Giving purchases to the accounts of those who made them."""

from dataclasses import replace

import pytest

from counterfoil.models import Account, Purchase
from counterfoil.operations.link_account import link_account
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import (
    an_order,
    converge,
    issue_one,
    make_account,
    make_connection,
    make_product,
    now,
)

pytestmark = pytest.mark.django_db


def test_makes_the_account_that_is_missing_and_takes_the_one_that_is_there() -> None:
    shop = make_connection(make_product())
    bob = make_account("bob@example.com")
    anns = [converge(shop, an_order(reference=f"cs_{n}")).purchase for n in range(2)]
    bobs = converge(shop, replace(an_order(reference="cs_b"), buyer_email="Bob@example.com"))

    linked = link_account(
        purchase_ids=[one.pk for one in (*anns, bobs.purchase)], by=SYSTEM, at=now()
    )

    assert linked == 3
    assert set(bob.purchase_set.all()) == {bobs.purchase}
    assert set(Account.objects.exclude(pk=bob.pk).get().purchase_set.all()) == set(anns)


def test_doing_it_again_changes_nothing() -> None:
    issued = issue_one()
    link_account(purchase_ids=[issued.purchase.pk], by=SYSTEM, at=now())

    assert link_account(purchase_ids=[issued.purchase.pk], by=SYSTEM, at=now()) == 0
    assert Account.objects.count() == 1


def test_a_purchase_that_has_an_account_keeps_it() -> None:
    issued, other = issue_one(), make_account("other@example.com")
    Purchase.objects.update(account=other)

    link_account(purchase_ids=[issued.purchase.pk], by=SYSTEM, at=now())

    assert Purchase.objects.get().account == other


def test_nobodys_purchase_stays_nobodys() -> None:
    shop = make_connection(make_product())
    issued = converge(shop, replace(an_order(), buyer_email=None))

    assert link_account(purchase_ids=[issued.purchase.pk], by=SYSTEM, at=now()) == 0
    assert Account.objects.count() == 0
