"""Reminders and warnings: once for each cause, one mail a day, and none that nobody wants."""

from datetime import datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from pytest_django import Settings

from counterfoil.effects.reminders import remind
from counterfoil.effects.settling import settle
from counterfoil.models import (
    Delivery,
    DeliveryKind,
    Gift,
    Notice,
    Person,
    Purchase,
    Unsubscription,
)
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.operations.extend import extend
from counterfoil.operations.redeem import redeem
from counterfoil.operations.revoke import revoke
from counterfoil.operations.unsubscribe import unsubscribe
from counterfoil.rules.codes import display
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import (
    DOG,
    OPERATOR,
    ORIGIN,
    Issued,
    a_line,
    an_order,
    converge,
    customer,
    issue_many,
    issue_one,
    make_assignee,
    make_connection,
    make_product,
    make_terms,
    now,
)
from tests.scenes import suspend

pytestmark = pytest.mark.django_db

NUDGING = Terms(
    subject_kind="dog",
    subject_fields=DOG.subject_fields,
    valid_days=365,
    reminder_days=(7, 30),
    warning_days=(30, 7),
)


@pytest.fixture(autouse=True)
def _zone(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"


def sent() -> list[EmailMultiAlternatives]:
    return cast(list[EmailMultiAlternatives], mail.outbox)


def in_days(days: int, hour: int = 10) -> datetime:
    """Give a moment so many days from now, at this hour where the site is."""
    today = now().astimezone(ZoneInfo("Europe/Berlin"))  # added there: days may have 23 or 25 hours
    return (today + timedelta(days=days)).replace(hour=hour, minute=30)


def bought(count: int = 1, terms: Terms = NUDGING) -> Issued:
    issued = issue_many(count, terms=terms)
    settle()
    mail.outbox.clear()
    return issued


def day(days: int, hour: int = 10) -> int:
    """Let a day pass by, with its mails."""
    made = remind(at=in_days(days, hour))
    settle(at=in_days(days, hour))
    return made


def test_a_buyer_is_reminded_when_the_terms_say_and_only_then() -> None:
    bought()
    came = {days: day(days) for days in range(40)}

    assert {days for days, made in came.items() if made} == {7, 30}
    assert [one.to for one in sent()] == [["ann.buyer@example.com"]] * 2
    assert Delivery.objects.filter(kind=DeliveryKind.REMINDER).count() == 2


def test_it_holds_no_code_and_says_how_to_stop() -> None:
    issued = bought()
    day(7)

    [message] = sent()
    whole = message.body + str(message.alternatives[0][0])
    assert display(issued.code) not in whole
    assert "Not used yet" in message.subject
    assert "http://localhost:8000/my/" in whole
    headers = message.extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>")
    assert link in message.body
    assert link in str(message.alternatives[0][0])
    assert "ann" not in link


def test_many_are_one_mail_a_day() -> None:
    bought(3)
    bought(1)
    day(7)
    day(7, 11)

    [message] = sent()
    assert "* 4 " in message.body
    assert Notice.objects.count() == 4


def test_nobody_is_woken_for_it() -> None:
    bought()
    assert day(7, 8) == 0
    assert day(7, 9) == 1


def test_what_was_used_given_held_or_withdrawn_is_not_mentioned() -> None:
    used, gone, held = bought(), bought(), bought()
    given = bought()
    ana = make_assignee()
    redeem(code=used.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    revoke(entitlement_ids=[gone.id], by=OPERATOR, at=now(), reason="mistake")
    suspend(held.id)
    Gift.objects.create(entitlement_id=given.id, send_at=now(), time_zone="UTC", created_at=now())

    assert day(7) == 0
    assert sent() == []


def test_what_is_used_between_finding_and_sending_needs_no_mail() -> None:
    issued, ana = bought(), make_assignee()
    remind(at=in_days(7))
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    settle(at=in_days(7))

    assert [one for one in sent() if "Not used" in one.subject] == []
    assert Delivery.objects.get(kind=DeliveryKind.REMINDER).is_unneeded


def test_whoever_stopped_them_gets_none_and_other_mails_as_ever() -> None:
    bought()
    person = Person.objects.get()
    remind(at=in_days(7))
    unsubscribe(person_id=person.pk, kind=DeliveryKind.REMINDER, by=SYSTEM, at=now())
    settle(at=in_days(7))
    assert sent() == []

    day(30)
    assert sent() == []
    day(335)
    assert len(sent()) == 1
    issue_one()
    settle()
    assert len(sent()) == 2


def test_a_buyer_who_wants_no_mails_at_all_is_not_reminded() -> None:
    bought()
    Purchase.objects.update(notify=False)

    assert [day(days) for days in (7, 335)] == [0, 0]


def test_a_cadence_that_came_later_floods_nobody() -> None:
    issued = bought(terms=DOG)
    make_terms(issued.entitlement().product, NUDGING)

    assert [day(days) for days in (7, 8, 30)] == [0, 0, 0]


def test_what_was_missed_for_a_weekend_is_made_up_for_and_what_is_older_is_not() -> None:
    bought()
    assert day(9) == 1
    assert day(33) == 0


def test_the_end_is_warned_of_and_again_when_it_is_moved() -> None:
    issued = bought()
    came = [days for days in range(320, 366) if day(days)]
    assert came == [335, 358]
    assert all("ends on" in one.subject for one in sent())

    until = in_days(500)
    extend(entitlement_id=issued.id, until=until, by=OPERATOR, at=now(), reason="goodwill")
    assert [days for days in range(460, 500) if day(days)] == [470, 493]


def test_whoever_has_it_is_warned_and_not_whoever_bought_it() -> None:
    issued, ana = bought(), make_assignee("ana@example.com")
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    settle()
    mail.outbox.clear()

    assert day(335) == 1
    [message] = sent()
    assert message.to == ["ana@example.com"]
    assert "waits for you to finish" in message.body

    complete_subject(entitlement_id=issued.id, answers={"name": "Rex"}, by=customer(ana), at=now())
    settle()
    assert day(358) == 0


def test_a_giver_is_warned_of_a_gift_nobody_claimed() -> None:
    issued = bought()
    Gift.objects.create(entitlement_id=issued.id, send_at=now(), time_zone="UTC", created_at=now())

    assert day(335) == 1
    [message] = sent()
    assert message.to == ["ann.buyer@example.com"]
    assert "nobody has claimed it" in message.body


def test_a_reminder_on_the_day_of_a_warning_comes_a_day_later() -> None:
    terms = Terms(valid_days=37, reminder_days=(7,), warning_days=(30,))
    bought(terms=terms)

    assert [day(days) for days in (7, 8, 9)] == [1, 1, 0]
    assert [one.subject[:8] for one in sent()] == ["Dog DNA ", "Not used"]


def test_nobody_is_reminded_at_an_address_that_does_not_work() -> None:
    bought()
    Delivery.objects.update(bounced_at=now())

    assert day(7) == 0
    assert Unsubscription.objects.count() == 0


def test_buyers_of_one_shop_get_a_mail_each() -> None:
    shop = make_connection(make_product(terms=NUDGING))
    for number in range(3):
        order = an_order(a_line(2), reference=f"cs_{number}")
        object.__setattr__(order, "buyer_email", f"buyer{number}@example.com")
        converge(shop, order)
    settle()
    mail.outbox.clear()

    assert day(7) == 3
    assert {one.to[0] for one in sent()} == {f"buyer{number}@example.com" for number in range(3)}
