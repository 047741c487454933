"""What follows from selling: one mail with the codes, and the account they wait in."""

import re
from dataclasses import replace
from typing import Any, cast

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from pytest_django import Settings

from counterfoil.effects.settling import settle
from counterfoil.models import (
    Account,
    Delivery,
    Entry,
    ExceptionCase,
    Link,
    Person,
    Purchase,
)
from counterfoil.operations.check_code import check_code
from counterfoil.operations.redeem import redeem
from counterfoil.operations.replace_code import replace_code
from counterfoil.operations.revoke import revoke
from counterfoil.operations.unassign import unassign
from counterfoil.rules.codes import display
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    a_line,
    an_order,
    converge,
    customer,
    issue_many,
    issue_one,
    make_assignee,
    make_connection,
    make_product,
    now,
    read_issued,
)

pytestmark = pytest.mark.django_db


def sent() -> list[EmailMultiAlternatives]:
    return cast(list[EmailMultiAlternatives], mail.outbox)


def html(message: EmailMultiAlternatives) -> str:
    return str(message.alternatives[0][0])


def test_the_buyer_gets_the_code_once() -> None:
    issued = issue_one()

    settle()
    settle()

    [message] = sent()
    assert message.to == ["ann.buyer@example.com"]
    assert display(issued.code) in message.body
    assert all(group in html(message) for group in display(issued.code).split("-"))
    assert display(issued.code) not in message.subject
    delivery = Delivery.objects.get()
    assert delivery.cause == f"issued:{Entry.objects.get().act}"
    assert delivery.sent_at is not None
    assert message.extra_headers["Message-ID"] == delivery.message_id


def test_the_link_in_the_mail_leads_to_the_code_and_keeps_the_token_out_of_paths() -> None:
    issued = issue_one()

    settle()

    [message] = sent()
    [token] = set(re.findall(r"http://localhost:8000/\w+/?#([0-9A-Z]{26})", message.body))
    assert f"#{token}" in html(message)
    assert check_code(code=token, by=SYSTEM, at=now()).pk == issued.id
    assert token.encode() not in bytes(Link.objects.get().lookup)


def test_one_act_is_one_mail_however_many_lines_and_units() -> None:
    shop = make_connection(make_product("DNA-STD"), make_product("DNA-PRO"))
    order = an_order(a_line(2), a_line(1, sku="DNA-PRO", reference="li_2"))
    issued = converge(shop, order)

    settle()

    [message] = sent()
    assert all(display(code) in message.body for code in issued.codes)
    assert len(issued.codes) == 3


def test_units_added_later_are_told_of_alone() -> None:
    shop = make_connection(make_product())
    first = converge(shop, an_order(a_line(1)))
    settle()
    both = converge(shop, an_order(a_line(2)))

    settle()

    assert display(first.code) not in sent()[1].body
    [added] = set(both.codes) - set(first.codes)
    assert display(added) in sent()[1].body


def test_the_buyers_account_waits_with_the_purchase() -> None:
    issued = issue_one()
    other = issue_one()

    settle()

    account = Account.objects.get()
    assert account.person == Person.objects.get()
    linked = Purchase.objects.filter(account=account)
    assert set(linked) == {issued.purchase, other.purchase}


def test_a_purchase_without_an_address_is_put_before_a_person() -> None:
    shop = make_connection(make_product())
    issued = converge(shop, replace(an_order(), buyer_email=None))

    settle()

    case = ExceptionCase.objects.get()
    assert (case.kind, case.purchase) == ("no_delivery_address", issued.purchase)
    assert sent() == []
    assert Delivery.objects.count() == 0


def test_more_than_fifty_codes_are_not_listed() -> None:
    issued = issue_many(51)

    settle()

    [message] = sent()
    assert "51 codes" in message.subject
    assert "http://localhost:8000/my" in message.body
    assert not any(display(code) in message.body + html(message) for code in issued.codes)
    assert Link.objects.count() == 0


def test_codes_that_ended_before_the_mail_was_due_are_left_out() -> None:
    issued = issue_many(2)
    revoke(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="mistake")

    settle()

    [message] = sent()
    assert display(issued.codes[0]) not in message.body
    assert display(issued.codes[1]) in message.body


def test_nothing_is_sent_when_no_code_is_left_and_the_delivery_says_so() -> None:
    issued = issue_one()
    revoke(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="mistake")

    settle()

    assert sent() == []
    delivery = Delivery.objects.get()
    assert delivery.is_unneeded
    assert delivery.sent_at is None
    assert delivery.parked_at is not None
    assert ExceptionCase.objects.count() == 0


def test_codes_spent_while_their_mail_is_made_are_still_told_of_in_it() -> None:
    """Each statement sees what was committed before it: the mail may not count what it lacks."""
    issued, ana = issue_many(2), make_assignee()
    spent = []

    def meanwhile(execute: Any, sql: Any, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if '"ciphertext" IS NOT NULL' in str(sql) and not spent:
            spent.append(True)
            own, connection.execute_wrappers[:] = connection.execute_wrappers[:], []
            for code in issued.codes:
                redeem(code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
            connection.execute_wrappers[:] = own
        return found

    with connection.execute_wrapper(meanwhile):
        settle()

    assert spent
    [message] = [one for one in sent() if one.to == ["ann.buyer@example.com"]]
    assert "2 codes" in message.subject
    assert all(display(code) in message.body for code in issued.codes)


def test_a_replaced_code_is_sent_and_the_old_link_is_dead() -> None:
    issued = issue_one()
    settle()
    replace_code(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="lost")
    [new] = read_issued(issued.purchase).codes

    settle()

    first, second = sent()
    assert display(new) in second.body
    assert display(issued.code) not in second.body
    assert "earlier code no longer works" in second.body
    assert first.extra_headers["Message-ID"] != second.extra_headers["Message-ID"]


def test_taking_an_entitlement_back_sends_its_new_code_to_the_buyer() -> None:
    issued, ana = issue_one(), make_assignee()
    settle()
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    unassign(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="wrong dog")
    [new] = read_issued(issued.purchase).codes

    settle()

    assert sent()[1].to == ["ann.buyer@example.com"]
    assert display(new) in sent()[1].body


def test_an_erased_person_gets_no_mail() -> None:
    issue_one()
    Person.objects.update(own_key=None, contact_sealed=None, erased_at=now())

    settle()

    assert sent() == []
    assert Delivery.objects.get().is_unneeded


def test_the_mail_speaks_the_language_of_its_reader(settings: Settings) -> None:
    shop = make_connection(make_product())
    converge(shop, replace(an_order(), locale="de-AT"))
    settle()

    assert 'lang="de"' in html(sent()[0])

    converge(shop, replace(an_order(reference="cs_2"), locale="tlh", buyer_email="k@example.com"))
    settle()

    assert f'lang="{settings.LANGUAGE_CODE}"' in html(sent()[1])
