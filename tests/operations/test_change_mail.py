"""Another address for an account: what goes along, and what the old one proves afterwards."""

from datetime import timedelta

import pytest
from django.core import mail

from counterfoil.effects.settling import settle
from counterfoil.errors import (
    AccountMerged,
    AddressTaken,
    NotFound,
    ReasonMissing,
    SignInRefused,
)
from counterfoil.models import Account, AuditEntry, Delivery, DeliveryKind, Person, Purchase
from counterfoil.models.ids import uuid7
from counterfoil.operations.change_mail import change_mail
from counterfoil.operations.confirm_mail_change import confirm_mail_change
from counterfoil.operations.link_account import link_account
from counterfoil.operations.merge_accounts import merge_accounts
from counterfoil.queries.bought_units import bought_units
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import (
    OPERATOR,
    customer,
    issue_one,
    make_account,
    make_assignee,
    now,
)
from tests.operations.test_confirm_sign_in import asked
from tests.scenes import use

pytestmark = pytest.mark.django_db
OLD, NEW = "ann.buyer@example.com", "ann.new@example.com"


def change(account: Account, to: str = NEW) -> Account:
    return change_mail(account_id=account.pk, mail=to, by=OPERATOR, at=now(), reason="asked")


def reached_at(account: Account) -> str:
    person = Account.objects.select_related("person").get(pk=account.pk).person
    contact = person.contact() if person else None
    return contact.mail if contact else ""


def orders_of(mail: str) -> set[str]:
    return {one.purchase.called for one in bought_units(make_account(mail))}


def test_purchases_and_name_go_along_and_the_old_address_proves_nothing() -> None:
    issued = issue_one(reference="cs_first")
    account = make_account(OLD)

    change(account)

    assert reached_at(account) == NEW
    assert orders_of(NEW) == {"cs_first"}
    assert orders_of(OLD) == set()
    moved = Person.objects.one_reading(NEW)
    contact = moved.contact() if moved else None
    assert contact is not None
    assert contact.name == "Ann Buyer"
    assert Purchase.objects.get(pk=issued.purchase.pk).account_id == account.pk


def test_what_is_bought_with_the_old_address_later_is_somebody_elses() -> None:
    issue_one(reference="cs_first")
    account = make_account(OLD)
    change(account)

    later = issue_one(reference="cs_later")
    link_account(purchase_ids=[later.purchase.pk], by=SYSTEM, at=now())

    assert orders_of(OLD) == {"cs_later"}
    assert orders_of(NEW) == {"cs_first"}


def test_the_old_address_is_told_and_mails_that_wait_go_to_the_new_one() -> None:
    issue_one()
    settle()
    account = make_account(OLD)
    mail.outbox.clear()
    queue_for_tomorrow(account)

    change(account)
    settle()

    news = [sent for sent in mail.outbox if "another address" in str(sent.subject)]
    assert [sent.to for sent in news] == [[OLD]]
    assert "a•••@example.com" in str(news[0].body)
    assert "write to us at once" in str(news[0].body)
    waiting = Delivery.objects.get(cause="waits")
    assert waiting.target_id == getattr(Person.objects.one_reading(NEW), "pk", None)


def queue_for_tomorrow(account: Account) -> None:
    """Put a mail into the queue that is due tomorrow."""
    Delivery.objects.create(
        id=uuid7(),
        cause="waits",
        kind=DeliveryKind.REMINDER,
        target_id=account.person_id,
        message_id="<waits@example.com>",
        created_at=now(),
        due_at=now() + timedelta(days=1),
    )


def test_it_is_written_down_who_did_it_and_why_without_addresses() -> None:
    account = make_account(OLD)

    change(account)

    [written] = AuditEntry.objects.filter(act="change_mail")
    assert (written.actor_id, written.data["reason"]) == (OPERATOR.id, "asked")
    assert "example.com" not in str(written.data)


def test_doing_it_again_changes_nothing() -> None:
    account = make_account(OLD)
    change(account)
    before = list(Person.objects.order_by("pk").values_list("pk", "contact_sealed"))

    change(account)

    assert AuditEntry.objects.filter(act="change_mail").count() == 1
    assert list(Person.objects.order_by("pk").values_list("pk", "contact_sealed")) == before


def test_an_address_with_an_account_is_refused_and_nothing_changes() -> None:
    account, other = make_account(OLD), make_account(NEW)

    with pytest.raises(AddressTaken):
        change(account)

    assert (reached_at(account), reached_at(other)) == (OLD, NEW)
    assert not Delivery.objects.exists()


def test_staff_say_why_and_name_an_address_of_an_account_there_is() -> None:
    account = make_account(OLD)

    with pytest.raises(ReasonMissing):
        change_mail(account_id=account.pk, mail=NEW, by=OPERATOR, at=now())
    with pytest.raises(NotFound):
        change(account, to="nobody")
    with pytest.raises(NotFound):
        change_mail(account_id=uuid7(), mail=NEW, by=OPERATOR, at=now(), reason="asked")

    assert reached_at(account) == OLD


def test_an_account_that_was_merged_has_no_address_to_change() -> None:
    account, other = make_account(OLD), make_account(NEW)
    merge_accounts(
        survivor_id=other.pk, merged_id=account.pk, by=OPERATOR, at=now(), reason="asked"
    )

    with pytest.raises(AccountMerged):
        change(account, to="third@example.com")


def test_an_address_of_a_merged_account_may_become_the_main_one() -> None:
    account, other = make_account(OLD), make_account(NEW)
    merge_accounts(
        survivor_id=account.pk, merged_id=other.pk, by=OPERATOR, at=now(), reason="asked"
    )

    change(account)

    assert reached_at(account) == NEW
    assert make_account(NEW).pk == account.pk
    assert make_account(OLD).pk != account.pk


@pytest.mark.django_db(transaction=True)
def test_the_digits_sent_to_the_new_address_change_it_once() -> None:
    ana = make_assignee(OLD)
    use(issue_one(), ana)
    sign_in, digits = asked(NEW)

    changed = confirm_mail_change(
        account_id=ana.account_id, sign_in_id=sign_in, code=digits, by=customer(ana), at=now()
    )

    assert reached_at(changed) == NEW
    with pytest.raises(SignInRefused):
        confirm_mail_change(
            account_id=ana.account_id, sign_in_id=sign_in, code=digits, by=customer(ana), at=now()
        )


@pytest.mark.django_db(transaction=True)
def test_wrong_digits_are_counted_and_change_nothing() -> None:
    ana = make_assignee(OLD)
    sign_in, digits = asked(NEW)
    wrong = "000000" if digits != "000000" else "111111"

    for _ in range(5):
        with pytest.raises(SignInRefused):
            confirm_mail_change(
                account_id=ana.account_id, sign_in_id=sign_in, code=wrong, by=SYSTEM, at=now()
            )
    with pytest.raises(SignInRefused):
        confirm_mail_change(
            account_id=ana.account_id, sign_in_id=sign_in, code=digits, by=SYSTEM, at=now()
        )

    assert reached_at(Account.objects.get(pk=ana.account_id)) == OLD
