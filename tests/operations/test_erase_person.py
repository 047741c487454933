"""Erasing somebody: nothing readable stays, and everything that others rely on does."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from counterfoil.effects.settling import settle
from counterfoil.errors import NotFound, ReasonMissing
from counterfoil.jobs.running import work_jobs
from counterfoil.models import (
    Account,
    Approval,
    AuditEntry,
    DeclaredOrder,
    Delivery,
    Entitlement,
    Entry,
    ExceptionCase,
    Gift,
    GiftWish,
    HandoutRow,
    Message,
    OnboardingStep,
    OrderFile,
    OrderFileRow,
    PartnerMember,
    Person,
    Purchase,
    Subject,
)
from counterfoil.models.gifts import GiftWords
from counterfoil.models.ids import uuid7
from counterfoil.operations._gift_news import tell_giver
from counterfoil.operations.change_mail import change_mail
from counterfoil.operations.correct_recipient import correct_recipient
from counterfoil.operations.erase_person import erase_person
from counterfoil.operations.merge_accounts import merge_accounts
from counterfoil.operations.request_erasure import request_erasure
from counterfoil.operations.request_sign_in import request_sign_in
from counterfoil.operations.withdraw_erasure import withdraw_erasure
from counterfoil.queries.bought_units import bought_units
from counterfoil.rules.lifecycle import State
from counterfoil.rules.orders import OrderGift
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import (
    OPERATOR,
    Issued,
    a_line,
    an_order,
    converge,
    issue_many,
    issue_one,
    make_account,
    make_assignee,
    make_connection,
    make_product,
    now,
)
from tests.giving import BOUND, GIVER, give, in_days
from tests.handouts import confirm, upload
from tests.partnership import make_clinic
from tests.records import assert_kept
from tests.scenes import fulfil, use

pytestmark = pytest.mark.django_db
ANN = "ann.buyer@example.com"
TRACES = ("ann.buyer", "Ann Buyer", "Rosebud", "Elm Street", "Bellamy", "203.0.113.9")


def erase(mail: str = ANN) -> Person:
    person = Person.objects.one_reading(mail)
    assert person is not None
    return erase_person(person_id=person.pk, by=OPERATOR, at=now(), reason="asked")


def readable() -> Iterator[str]:
    """Give everything anybody could read in the records, opened as far as the keys allow."""
    for model in apps.get_app_config("counterfoil").get_models():
        for row in model._default_manager.all():
            for field in model._meta.fields:
                yield f"{model.__name__}.{field.name}: {_plain(getattr(row, field.attname))}"
            for opened in _opened(row):
                yield f"{model.__name__}: {opened}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(j)::text FROM procrastinate_jobs j")
        yield from (f"job: {row[0]}" for row in cursor.fetchall())


def _plain(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace")
    return json.dumps(value, default=str, ensure_ascii=False) if value is not None else ""


def _opened(row: models.Model) -> Iterator[object]:
    match row:
        case Person():
            yield row.contact()
        case Gift() | GiftWish() | HandoutRow():
            yield row.words()
        case OnboardingStep():
            yield row.answers()
        case Message() | DeclaredOrder():
            yield row.body()
        case OrderFile():
            yield row.content() if row.content_sealed else ""
        case OrderFileRow():
            yield row.personal()
        case Approval():
            yield row.parameters()


def traces() -> list[str]:
    return [text for text in readable() if any(trace in text for trace in TRACES)]


def a_life() -> Issued:
    """Let Ann buy, wish, give, answer, act for a partner, sign in and be written to."""
    connection_ = make_connection(make_product())
    gift = OrderGift(recipient_mail="eva@example.com", message="Love, Ann Buyer", sender_name="Ann")
    order = an_order(replace(a_line(2), gift=gift), reference="cs_life")
    issued = converge(connection_, order)
    ann = make_assignee(ANN)
    fulfil(issued, ann)
    Subject.objects.update(data={"name": "Rosebud"}, unique_key="Rosebud")
    person = Person.objects.one_reading(ANN)
    Gift.objects.filter(entitlement=issued.entitlement_ids[1]).update(ended_at=now())
    made = Gift(
        id=uuid7(),
        entitlement_id=issued.entitlement_ids[1],
        recipient=person,
        giver=person,
        send_at=now() + timedelta(days=1),
        time_zone="UTC",
        created_at=now(),
    )
    made.seal_words(GiftWords(message="For Bellamy", sender_name="Ann Buyer"))
    made.save()
    step = OnboardingStep(
        id=uuid7(),
        assignment=issued.entitlement().assignments.get(),
        key="address",
        kind="address",
        status="done",
        at=now(),
    )
    step.seal_answers({"street": "Elm Street 1"})
    step.save()
    message = Message(
        id=uuid7(),
        connection=connection_,
        message_id="evt_1",
        topic="order",
        order_reference="cs_life",
        authentic=True,
        acked_at=now(),
        next_attempt_at=now(),
        handled_at=now(),
    )
    message.seal_body(b'{"email": "ann.buyer@example.com"}')
    message.save()
    request_sign_in(mail=ANN, locale="en", by=SYSTEM, at=now())
    Account.objects.filter(pk=ann.account_id).update(time_zone="Europe/Berlin")
    return issued


def test_nothing_readable_stays_of_somebody() -> None:
    a_life()
    assert len({text.partition(":")[0] for text in traces()}) >= 6  # the search finds things

    erase()
    settle()

    assert traces() == []


def test_lists_of_partners_forget_them_and_send_them_nothing() -> None:
    clinic = make_clinic(quantity=4)
    judged = upload(clinic, [ANN, "eva@example.com", "bob@example.com"]).handout
    under_way = upload(clinic, [ANN, "eva@example.com"]).handout
    confirm(clinic, under_way)
    make_account(ANN)

    erase()
    work_jobs()

    assert list(judged.rows.order_by("number").values_list("number", flat=True)) == [3, 4]
    outcomes = list(under_way.rows.order_by("number").values_list("outcome", flat=True))
    assert outcomes == ["left_out", "sent"]
    assert Gift.objects.count() == 1  # no card was made of a row without a name
    assert traces() == []


def test_what_they_gave_goes_on_although_news_of_it_waits_for_them() -> None:
    issued = issue_one()
    given = give(issued.id)
    settle()
    tell_giver(given, f"opened:{given.pk}", at=now(), due_at=now() + timedelta(minutes=5))

    erase()

    given.refresh_from_db()
    assert given.ended_at is None


def test_what_was_bought_used_and_written_stays_and_every_promise_is_kept() -> None:
    issued = a_life()
    settle()
    kept = [
        list(model.objects.order_by("pk").values_list(*fields))  # type: ignore[attr-defined]
        for model, fields in (
            (Entitlement, ("pk", "state", "version")),
            (Purchase, ("pk", "amount_total", "paid_at", "buyer")),
            (Entry, ("pk", "reason", "data")),
        )
    ]

    erase()

    assert kept == [
        list(model.objects.order_by("pk").values_list(*fields))  # type: ignore[attr-defined]
        for model, fields in (
            (Entitlement, ("pk", "state", "version")),
            (Purchase, ("pk", "amount_total", "paid_at", "buyer")),
            (Entry, ("pk", "reason", "data")),
        )
    ]
    assert issued.entitlement().state == State.FULFILLED
    settle()
    assert_kept()


def test_a_code_somebody_holds_goes_on_working_and_a_claim_survives() -> None:
    claimed, held = issue_one(reference="cs_a"), issue_one(reference="cs_b")
    bob = make_assignee("bob@example.com")
    use(claimed, bob)

    erase()
    use(held, bob)

    assert {one.account_id for one in claimed.entitlement().assignments.all()} == {bob.account_id}
    assert held.entitlement().state == State.ASSIGNED
    assert_kept()


def test_what_was_kept_for_somebody_who_was_not_told_yet_is_free_again() -> None:
    issued, bob = issue_one(terms=BOUND), make_assignee("bob@example.com")
    recipient = give(issued.id, send_at=in_days(3)).recipient
    assert recipient is not None

    erase_person(person_id=recipient.pk, by=OPERATOR, at=now(), reason="asked")
    use(issued, bob)

    assert issued.entitlement().state == State.ASSIGNED
    assert_kept()


def test_what_is_given_to_another_just_then_stays_kept_for_them() -> None:
    issued, corrected = issue_one(terms=BOUND), list[Gift]()
    recipient = give(issued.id, send_at=in_days(3)).recipient
    assert recipient is not None

    def meanwhile(execute: Any, sql: str, *rest: Any) -> Any:
        if 'FOR UPDATE OF "counterfoil_entitlement"' in sql and not corrected:
            corrected.append(Gift.objects.get())
            corrected.append(
                correct_recipient(
                    entitlement_id=issued.id, recipient_mail="bob@example.com", by=GIVER, at=now()
                )
            )
        return execute(sql, *rest)

    with connection.execute_wrapper(meanwhile):
        erase_person(person_id=recipient.pk, by=OPERATOR, at=now(), reason="asked")

    assert Gift.objects.get(ended_at=None) == corrected[-1]
    assert issued.entitlement().bound_to_id is not None


def test_whoever_comes_with_the_address_again_is_somebody_new() -> None:
    issue_one(reference="cs_before")
    before = make_account(ANN)
    erase()

    issue_one(reference="cs_after")
    again = make_account(ANN)

    assert again.pk != before.pk
    assert {one.purchase.called for one in bought_units(again)} == {"cs_after"}


def test_sessions_mails_digits_and_memberships_end(django_user_model: Any) -> None:
    account = make_account(ANN)
    user = django_user_model.objects.create(username="ann")
    Account.objects.filter(pk=account.pk).update(user=user, external_reference="user-7")
    request_sign_in(mail=ANN, locale="en", by=SYSTEM, at=now())

    erase()

    closed = Account.objects.get(pk=account.pk)
    assert (closed.user_id, closed.external_reference) == (None, None)
    assert closed.signed_out_at is not None
    assert not Delivery.objects.filter(sent_at=None, parked_at=None).exists()
    assert not PartnerMember.objects.filter(ended_at=None).exists()


def test_every_address_of_a_merged_account_goes() -> None:
    account, other = make_account(ANN), make_account("ann.other@example.com")
    merge_accounts(
        survivor_id=account.pk, merged_id=other.pk, by=OPERATOR, at=now(), reason="asked"
    )

    erase("ann.other@example.com")

    assert not Person.objects.filter(erased_at=None).exists()
    assert Person.objects.one_reading(ANN) is None


def test_it_is_written_down_and_settles_the_wish() -> None:
    account = make_account(ANN)
    request_erasure(account_id=account.pk, by=SYSTEM, at=now())

    erase()

    [case] = ExceptionCase.objects.filter(kind="privacy_request")
    assert case.outcome == "erased"
    [written] = AuditEntry.objects.filter(act="erase_person")
    assert written.data["reason"] == "asked"


def test_doing_it_again_changes_nothing() -> None:
    make_account(ANN)
    person = erase()
    lookup = bytes(Person.objects.get(pk=person.pk).mail_lookup)

    erase_person(person_id=person.pk, by=OPERATOR, at=now(), reason="asked")

    assert bytes(Person.objects.get(pk=person.pk).mail_lookup) == lookup
    assert AuditEntry.objects.filter(act="erase_person").count() == 1


def test_staff_say_why_and_name_somebody_there_is() -> None:
    person = make_account(ANN).person
    assert person is not None

    with pytest.raises(ReasonMissing):
        erase_person(person_id=person.pk, by=OPERATOR, at=now())
    with pytest.raises(NotFound):
        erase_person(person_id=uuid7(), by=OPERATOR, at=now(), reason="asked")

    known = Person.objects.one_reading(ANN)
    assert known is not None
    assert known.contact() is not None


def test_the_wish_is_put_before_staff_once_and_can_be_taken_back() -> None:
    account = make_account(ANN)
    first = request_erasure(account_id=account.pk, by=SYSTEM, at=now())
    again = request_erasure(account_id=account.pk, by=SYSTEM, at=now())

    assert first.pk == again.pk
    assert first.evidence["account"] == str(account.pk)
    assert "example.com" not in str(first.evidence)
    assert withdraw_erasure(account_id=account.pk, by=SYSTEM, at=now())
    assert not withdraw_erasure(account_id=account.pk, by=SYSTEM, at=now())
    assert not ExceptionCase.objects.filter(resolved_at=None).exists()


def test_an_address_changed_before_is_not_kept_either() -> None:
    issue_many(1)
    account = make_account(ANN)
    change_mail(
        account_id=account.pk, mail="new@example.com", by=OPERATOR, at=now(), reason="asked"
    )

    erase("new@example.com")

    left = Person.objects.one_reading(ANN)
    assert left is None or left.contact() is None
