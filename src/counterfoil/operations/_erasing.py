"""What is dropped when somebody is erased, table by table."""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from counterfoil.models import (
    Account,
    Approval,
    Attempt,
    AuditEntry,
    DeclaredOrder,
    Delivery,
    DeliveryKind,
    Gift,
    GiftEnd,
    GiftWish,
    HandoutRow,
    HandoutStatus,
    Message,
    OnboardingStep,
    OrderFile,
    OrderFileRow,
    PartnerMember,
    Person,
    Purchase,
    Reservation,
    SignIn,
    Subject,
    Transfer,
    TransferEnd,
    Unsubscription,
)
from counterfoil.operations import _ledger
from counterfoil.operations._loading import lock
from counterfoil.rules.acts import Act
from counterfoil.rules.approvals import ApprovalKind
from counterfoil.rules.declared import without_people
from counterfoil.rules.handouts import GIVEN, RowOutcome
from counterfoil.rules.people import Actor, normalise_mail

LOOKUP_BYTES = 16


def former_addresses(accounts: Collection[Account]) -> set[UUID]:
    """Give the addresses these accounts had before, unless somebody else has come with them."""
    written = AuditEntry.objects.filter(
        act="change_mail", subject__in=[str(one.pk) for one in accounts]
    )
    before = {UUID(data["was"]) for data in written.values_list("data", flat=True) if data["was"]}
    others = Account.objects.filter(person__in=before)
    bought = Purchase.objects.filter(buyer__in=before)
    return (
        before
        - set(others.values_list("person_id", flat=True))
        - set(bought.values_list("buyer_id", flat=True))
    )


def drop_key(person: Person, *, at: datetime) -> None:
    """Destroy the key of a person: without it nothing sealed with it can be read, in no backup."""
    person.own_key, person.contact_sealed, person.erased_at = None, None, at
    person.mail_lookup = secrets.token_bytes(LOOKUP_BYTES)
    person.save(update_fields=["own_key", "contact_sealed", "erased_at", "mail_lookup"])


def drop_told(people: Collection[Person]) -> None:
    """Drop what channels, partners and files told of orders of theirs, or meant for them."""
    bought = Purchase.objects.filter(buyer__in=people) | Purchase.objects.filter(
        lines__gift_wish__recipient__in=people
    )
    for purchase in bought.distinct().exclude(connection=None):
        about = {
            "connection": purchase.connection_id,
            "order_reference": purchase.external_reference,
        }
        done = Q(handled_at__isnull=False) | Q(parked_at__isnull=False)
        Message.objects.filter(done, **about).update(body_sealed=None, key_id=None)
        told = DeclaredOrder.objects.filter(
            connection=purchase.connection_id, reference=purchase.external_reference
        )
        for order in told.select_for_update():
            digest = order.digest
            order.seal_body(without_people(order.body()))
            order.digest = digest  # so that whoever tells the same again is still known
            order.save(update_fields=["key_id", "body_sealed"])
        _drop_rows(purchase)
    _drop_asked(people)


def lock_given(person_ids: Collection[UUID]) -> None:
    """Lock what they are being given, before themselves: so does whoever gives or corrects it."""
    gifts = Gift.objects.filter(recipient__in=person_ids, ended_at=None)
    lock(gifts.values_list("entitlement", flat=True))


def drop_gifts(people: Collection[Person], *, by: Actor, at: datetime) -> None:
    """Drop the words of gifts they gave, got or wished, and end those that were not sent yet."""
    words = {"words_sealed": None, "key_id": None}
    GiftWish.objects.filter(Q(recipient__in=people) | Q(line__purchase__buyer__in=people)).update(
        **words
    )
    sent = Delivery.objects.filter(
        gift=OuterRef("pk"), kind=DeliveryKind.GIFT, sent_at__isnull=False
    )
    unsent = Gift.objects.filter(~Exists(sent), recipient__in=people, ended_at=None)
    gifts = dict(unsent.values_list("pk", "entitlement"))
    _unbind(gifts.values(), by=by, at=at)
    Gift.objects.filter(pk__in=gifts, ended_at=None).update(
        ended_at=at, ended_because=GiftEnd.WITHDRAWN
    )
    Gift.objects.filter(Q(recipient__in=people) | Q(giver__in=people)).update(**words)
    _drop_recipients(people)


def drop_answers(accounts: Collection[Account]) -> None:
    """Drop what they answered: onboarding, and what they said of whom or what it is for."""
    OnboardingStep.objects.filter(assignment__account__in=accounts).update(
        answers_sealed=None, key_id=None
    )
    Subject.objects.filter(account__in=accounts).update(
        data={}, unique_key=None, external_reference=""
    )
    Reservation.objects.filter(account__in=accounts).update(label="")


def drop_traces(accounts: Collection[Account], *, at: datetime) -> None:
    """Drop from where they came, whom the host knows them as, and every session of theirs."""
    Attempt.objects.filter(account__in=accounts).update(address="", network="", session="")
    Account.objects.filter(pk__in=[one.pk for one in accounts]).update(
        user=None, external_reference=None, time_zone="", signed_out_at=at
    )


def end_what_waits(people: Collection[Person], *, at: datetime) -> None:
    """Send them nothing any more, take no digits of theirs, and let them act for nobody."""
    waiting = Delivery.objects.filter(target__in=people, sent_at=None, parked_at=None)
    waiting.update(parked_at=at, is_unneeded=True)
    SignIn.objects.filter(person__in=people).update(lookup=None, key_id=None)
    Unsubscription.objects.filter(person__in=people).delete()
    PartnerMember.objects.filter(person__in=people, ended_at=None).update(ended_at=at)
    Transfer.objects.filter(recipient__in=people, ended_at=None).update(
        ended_at=at, ended_because=TransferEnd.CANCELLED
    )


def _unbind(entitlement_ids: Iterable[UUID], *, by: Actor, at: datetime) -> None:
    """Let whoever has the code use what was kept for somebody who will never have it."""
    _ledger.record(
        _ledger.Change(act=Act.CANCEL_GIFT, by=by, at=at, reason="erased"),
        picked="SELECT id, version, state FROM counterfoil_entitlement"
        " WHERE id = ANY(%(entitlements)s::uuid[]) AND bound_to_id IS NOT NULL",
        parameters={"entitlements": lock(entitlement_ids)},
        sets="bound_to_id = NULL",
    )


def _drop_rows(purchase: Purchase) -> None:
    """Drop the rows of files that told of an order, and the file they stood in."""
    rows = OrderFileRow.objects.filter(
        file__connection=purchase.connection_id, order_reference=purchase.external_reference
    )
    for file in OrderFile.objects.filter(pk__in=rows.values("file")).exclude(content_sealed=None):
        file.seal_content(b"")
        file.save(update_fields=["key_id", "content_sealed"])
    rows.update(personal_sealed=None, key_id=None)


def _drop_recipients(people: Collection[Person]) -> None:
    """
    Drop them from the lists of partners; nothing more is handed out to them by one.

    A row that was not carried out knows its recipient by what was written only, so that all of
    these are opened.
    """
    addresses = _addresses(people)
    waiting = HandoutRow.objects.filter(words_sealed__isnull=False).exclude(outcome__in=GIVEN)
    meant = [
        row.pk
        for row in waiting.iterator(1_000)
        if normalise_mail(str(row.words().get("mail", ""))) in addresses
    ]
    theirs = HandoutRow.objects.filter(Q(pk__in=meant) | Q(recipient__in=people))
    theirs.filter(handout__status=HandoutStatus.JUDGED).delete()
    theirs.exclude(outcome__in=GIVEN).update(outcome=RowOutcome.LEFT_OUT, entitlement=None)
    theirs.update(words_sealed=None, key_id=None)


def _addresses(people: Collection[Person]) -> set[str]:
    contacts = [person.contact() for person in people]
    return {contact.mail for contact in contacts if contact is not None}


def _drop_asked(people: Collection[Person]) -> None:
    """Drop them from what was asked of a second person; there are few, and all are opened."""
    addresses = _addresses(people)
    for asked in Approval.objects.filter(kind=ApprovalKind.GRANT):
        parameters = asked.parameters()
        if normalise_mail(parameters.get("recipient")) in addresses:
            asked.seal_parameters({**parameters, "recipient": ""})
            asked.save(update_fields=["key_id", "parameters_sealed"])
