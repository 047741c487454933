"""Mails to whoever was given something, and to those between whom it passes."""

from datetime import datetime

from counterfoil.effects.addresses import my_purchases_page, transfer_page
from counterfoil.effects.mail_parts import Content
from counterfoil.models import (
    Account,
    Assignment,
    Delivery,
    DeliveryKind,
    Entry,
    Person,
    Transfer,
    TransferEnd,
)
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import ActorKind


def assigned(delivery: Delivery, _at: datetime) -> Content | None:
    """
    Say that something is theirs, and who gave it, unless it is not theirs any more.

    Once it is set up, the mail about that says so.
    """
    entitlement = delivery.entitlement
    if entitlement is None or entitlement.state != State.ASSIGNED:
        return None
    held = entitlement.assignments.select_related("by_partner", "subject").filter(
        ended_at=None, account__person=delivery.target_id
    )
    assignment = held.first()
    if assignment is None:
        return None
    subject, needed = assignment.subject, entitlement.terms.needs_subject
    return "assigned", {
        "state": "subject_needed" if needed and subject is None else "setting_up",
        "giver": giver_of(assignment),
        "product": entitlement.product.name,
        "subject": str(subject.data.get("name", "")) if subject else "",
        "valid_until": entitlement.expires_at,
        "url": my_purchases_page(),
    }


def transfer(delivery: Delivery, at: datetime) -> Content | None:
    """Say who would like to pass on what, while that can be answered."""
    offer = delivery.transfer
    if offer is None or offer.ended_at is not None or offer.expires_at <= at:
        return None
    sender = offer.assignment.account.person
    contact = sender.contact() if sender else None
    if contact is None:  # erased since
        return None
    return "transfer", {
        "sender": contact.name or contact.mail,
        "sender_mail": contact.mail,
        "product": offer.entitlement.product.name,
        "answer_until": offer.expires_at,
        "valid_until": offer.entitlement.expires_at,
        "url": transfer_page(offer.pk),
    }


def transfer_news(delivery: Delivery, _at: datetime) -> Content | None:
    """Say what came of an offer, or that staff gave it to somebody else."""
    offer, entitlement = delivery.transfer, delivery.entitlement
    if entitlement is None:
        return None
    news, other = "moved", ""
    if offer is not None:
        if offer.ended_because == TransferEnd.CANCELLED and not _was_told(offer):
            return None
        to_recipient = delivery.target_id == offer.recipient_id
        sender = offer.assignment.account.person
        news, other = offer.ended_because, _address(sender if to_recipient else offer.recipient)
    return "transfer_news", {
        "news": news,
        "other": other,
        "product": entitlement.product.name,
        "url": my_purchases_page(),
    }


def giver_of(assignment: Assignment) -> str:
    """Name the partner or buyer who gave it without a code; staff and machines stay the shop."""
    if assignment.by_partner is not None:
        return assignment.by_partner.name
    given = assignment.entitlement.entries.filter(move=Move.REDEEM).order_by("-seq").first()
    if given is None or given.act_name != Act.ASSIGN or given.actor_kind != ActorKind.CUSTOMER:
        return ""
    return "" if given.actor_id == str(assignment.account_id) else _account_name(given)


def _account_name(entry: Entry) -> str:
    account = Account.objects.select_related("person").filter(pk=entry.actor_id).first()
    person = account.person if account else None
    contact = person.contact() if person else None
    return (contact.name or contact.mail) if contact else ""


def _address(person: Person | None) -> str:
    contact = person.contact() if person else None
    return contact.mail if contact else ""


def _was_told(offer: Transfer) -> bool:
    """Tell whether the mail about the offer went out: else there is nothing to call off."""
    told = Delivery.objects.filter(transfer=offer, kind=DeliveryKind.TRANSFER)
    return told.filter(sent_at__isnull=False).exists()
