"""Mails that tell somebody what happened to their account."""

from datetime import datetime
from uuid import UUID

from counterfoil.effects.addresses import account_page
from counterfoil.effects.mail_parts import Content
from counterfoil.models import Account, Delivery, ExceptionCase
from counterfoil.rules.people import ERASED_WITHIN


def account_news(delivery: Delivery, _at: datetime) -> Content | None:
    """Tell of a changed address, of two accounts made one, or of a wish to be erased."""
    event, _, rest = delivery.cause.partition(":")
    about = UUID(rest.partition(":")[0])
    told = {"event": event, "url": account_page(), "new_address": "", "due": None}
    match event:
        case "mail_changed":
            return "account_news", {**told, "new_address": _address(about)}
        case "merged":
            return "account_news", told
        case "erasure_asked":
            case = ExceptionCase.objects.filter(pk=about, resolved_at=None).first()
            if case is None:
                return None
            return "account_news", {**told, "due": case.opened_at + ERASED_WITHIN}
        case _:
            raise AssertionError(event)


def _address(account_id: UUID) -> str:
    """Give the address an account has now, masked: the old one may be somebody else's."""
    account = Account.objects.select_related("person").get(pk=account_id)
    contact = account.person.contact() if account.person else None
    return contact.masked if contact else ""
