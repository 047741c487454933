"""Two accounts that are one person's become one; nothing is lost, and everything says so."""

from datetime import timedelta

import pytest
from django.core import mail

from counterfoil.effects.settling import settle
from counterfoil.errors import (
    AccountMerged,
    AddressTaken,
    NotFound,
    ProofMissing,
    ReasonMissing,
    SameAccount,
)
from counterfoil.models import Account, Assignment, AuditEntry, Entry, Person, Subject
from counterfoil.models.ids import uuid7
from counterfoil.operations.confirm_mail_change import confirm_mail_change
from counterfoil.operations.merge_accounts import merge_accounts
from counterfoil.operations.open_account import open_account
from counterfoil.queries.accounts import account_by_reference
from counterfoil.queries.bought_units import bought_units
from counterfoil.queries.holdings import used_by
from counterfoil.rules.acts import Act
from counterfoil.rules.people import SYSTEM, Assignee
from counterfoil.testing.builders import (
    OPERATOR,
    customer,
    issue_many,
    issue_one,
    make_account,
    make_assignee,
    now,
)
from tests.operations.test_confirm_sign_in import asked
from tests.records import assert_kept
from tests.scenes import fulfil, reserve, use

pytestmark = pytest.mark.django_db
ONE, OTHER = "ann@work.example", "ann.buyer@example.com"


def merge(survivor: Account, merged: Account) -> Account:
    return merge_accounts(
        survivor_id=survivor.pk, merged_id=merged.pk, by=OPERATOR, at=now(), reason="asked"
    )


def fresh(account: Account) -> Account:
    return Account.objects.get(pk=account.pk)


def test_purchases_holdings_subjects_and_reservations_follow_with_an_entry_each() -> None:
    survivor, other = make_account(ONE), make_assignee(OTHER)
    used, bought = issue_one(reference="cs_used"), issue_many(2, reference="cs_bought")
    fulfil(used, other)
    reserve(bought.id, account_id=other.account_id, until=now() + timedelta(days=1))
    other_account = make_account(OTHER)
    bought_by_other = {one.purchase.called for one in bought_units(other_account)}

    merge(survivor, other_account)

    assert {one.purchase.called for one in bought_units(survivor)} == bought_by_other
    assert [one.subject for one in used_by(survivor, now=now()).items] == ["Rex"]
    assert bought.entitlement().reserved_for_id == survivor.pk
    assert not Subject.objects.filter(account=other.account_id).exists()
    entries = Entry.objects.filter(act_name=Act.MERGE_ACCOUNTS)
    touched = {used.id, bought.id}
    assert touched <= set(entries.values_list("entitlement_id", flat=True))
    assert entries.values("act").distinct().count() == 1
    assert_kept()


def test_both_addresses_lead_to_the_survivor_afterwards() -> None:
    survivor, other = make_account(ONE), make_account(OTHER)

    merge(survivor, other)

    assert make_account(OTHER).pk == make_account(ONE).pk == survivor.pk
    assert fresh(other).merged_into_id == survivor.pk


def test_what_is_redeemed_for_the_merged_account_is_the_survivors() -> None:
    survivor, other, issued = make_account(ONE), make_assignee(OTHER), issue_one()
    merge(survivor, make_account(OTHER))

    use(issued, other)

    assert Assignment.objects.get().account_id == survivor.pk
    assert_kept()


def test_both_addresses_are_told_once() -> None:
    merge(make_account(ONE), make_account(OTHER))
    settle()

    told = [sent.to for sent in mail.outbox if "one now" in str(sent.subject)]
    assert sorted(told) == [[OTHER], [ONE]]


def test_merging_again_changes_nothing() -> None:
    survivor, other = make_account(ONE), make_account(OTHER)
    use(issue_one(), Assignee(account_id=other.pk))
    merge(survivor, other)
    entries = Entry.objects.count()

    merge(survivor, other)

    assert Entry.objects.count() == entries
    assert AuditEntry.objects.filter(act="merge_accounts").count() == 1


def test_an_account_of_the_host_brings_its_reference_and_takes_the_address() -> None:
    hosts = open_account(external_reference="user-7", by=SYSTEM, at=now())
    other = make_account(OTHER)

    merge(other, hosts)

    assert account_by_reference("user-7") == other.pk
    assert open_account(external_reference="user-7", by=SYSTEM, at=now()).pk == other.pk


def test_two_references_of_the_host_lead_to_one_account() -> None:
    one = open_account(external_reference="user-7", by=SYSTEM, at=now())
    other = open_account(external_reference="user-8", by=SYSTEM, at=now())

    merge(one, other)

    assert account_by_reference("user-8") == account_by_reference("user-7") == one.pk


def test_merging_in_a_row_leaves_no_chains() -> None:
    first, second, third = make_account("a@x.example"), make_account("b@x.example"), make_account()

    merge(second, first)
    merge(third, second)

    assert fresh(first).merged_into_id == fresh(second).merged_into_id == third.pk


def test_what_cannot_be_merged_is_refused_and_stays() -> None:
    one, other, third = make_account(ONE), make_account(OTHER), make_account()
    merge(one, other)
    before = list(Account.objects.order_by("pk").values_list())

    with pytest.raises(SameAccount):
        merge(one, one)
    with pytest.raises(AccountMerged):
        merge(third, other)
    with pytest.raises(AccountMerged):
        merge(other, third)
    with pytest.raises(NotFound):
        merge_accounts(survivor_id=one.pk, merged_id=uuid7(), by=OPERATOR, at=now(), reason="asked")
    with pytest.raises(ReasonMissing):
        merge_accounts(survivor_id=one.pk, merged_id=third.pk, by=OPERATOR, at=now())

    assert list(Account.objects.order_by("pk").values_list()) == before


def proved(address: str, ana: Assignee) -> object:
    """Prove an address by its digits, as if to change to it."""
    sign_in, digits = asked(address)
    with pytest.raises(AddressTaken):
        confirm_mail_change(
            account_id=ana.account_id, sign_in_id=sign_in, code=digits, by=customer(ana), at=now()
        )
    return sign_in


@pytest.mark.django_db(transaction=True)
def test_a_customer_proves_both_addresses() -> None:
    ana, other = make_assignee(ONE), make_account(OTHER)
    sign_in = proved(OTHER, ana)

    merge_accounts(
        survivor_id=ana.account_id,
        merged_id=other.pk,
        by=customer(ana),
        at=now(),
        sign_in_id=sign_in,  # type: ignore[arg-type]
    )

    assert fresh(other).merged_into_id == ana.account_id


@pytest.mark.django_db(transaction=True)
def test_who_proved_nothing_or_something_else_is_refused_and_nothing_changes() -> None:
    ana, other, third = make_assignee(ONE), make_account(OTHER), make_account("c@x.example")
    unproved, _ = asked(OTHER)
    elsewhere = proved("c@x.example", ana)
    proof = proved(OTHER, ana)
    people = Person.objects.count()

    for sign_in, by, at in [
        (None, customer(ana), now()),
        (unproved, customer(ana), now()),
        (elsewhere, customer(ana), now()),
        (proof, customer(make_assignee("c@x.example")), now()),
        (proof, customer(ana), now() + timedelta(minutes=31)),
    ]:
        with pytest.raises(ProofMissing):
            merge_accounts(
                survivor_id=ana.account_id,
                merged_id=other.pk,
                by=by,
                at=at,
                sign_in_id=sign_in,  # type: ignore[arg-type]
            )

    assert fresh(other).merged_into_id is None
    assert fresh(third).merged_into_id is None
    assert Person.objects.count() == people
