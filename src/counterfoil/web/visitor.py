"""Who is behind a request: the account of the session, if somebody signed in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from counterfoil.models import Account
from counterfoil.rules.people import Actor, ActorKind

ACCOUNT = "counterfoil_account"
SINCE = "counterfoil_signed_in_at"
STRANGER = Actor(kind=ActorKind.CUSTOMER, id="visitor")


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """
    Somebody looking at a page: an account and its address, or a stranger.

    ``since`` is when they proved that they read the address, as far as that is known.
    """

    account: Account | None = None
    mail: str = ""
    since: datetime | None = None
    locale: str = ""

    @property
    def time_zone(self) -> str:
        """Give the zone the account has chosen; empty if it has not."""
        return "" if self.account is None else self.account.time_zone

    @property
    def account_id(self) -> UUID | None:
        """Give the account, if somebody is signed in."""
        return None if self.account is None else self.account.pk

    @property
    def actor(self) -> Actor:
        """Give whom acts are attributed to."""
        if self.account is None:
            return STRANGER
        return Actor(kind=ActorKind.CUSTOMER, id=str(self.account.pk))


def visitor_of(request: HttpRequest) -> Visitor:
    """
    Read who is signed in; an account that is gone, or was signed out of since, counts as nobody.

    Whoever was signed in to an account that was merged is the one it was merged into.
    """
    account = _account_of(request.session.get(ACCOUNT))
    if account is None or _is_over(request, account):
        return Visitor()
    while account.merged_into_id is not None:
        into = _account_of(account.merged_into_id)
        if into is None or _is_over(request, into):
            return Visitor()
        account = into
    contact = account.person.contact() if account.person else None
    if contact is None:
        return Visitor(account=account, since=_since(request))
    return Visitor(account=account, mail=contact.mail, locale=contact.locale, since=_since(request))


def remember(request: HttpRequest, account: Account) -> None:
    """
    Let the session be this account's from now on.

    Its key is a new one, so that nobody who knew the old key is signed in as well.
    """
    request.session.cycle_key()
    request.session[ACCOUNT] = str(account.pk)
    request.session[SINCE] = timezone.now().timestamp()


def _account_of(account_id: Any) -> Account | None:
    if account_id is None:
        return None
    return Account.objects.select_related("person").filter(pk=account_id).first()


def _is_over(request: HttpRequest, account: Account) -> bool:
    """Tell whether somebody signed out of this account everywhere after this session began."""
    if account.signed_out_at is None:
        return False
    since = _since(request)
    return since is None or since < account.signed_out_at


def forget(request: HttpRequest) -> None:
    """End the session and all that was in it."""
    request.session.flush()


def _since(request: HttpRequest) -> datetime | None:
    known = request.session.get(SINCE)
    return None if known is None else datetime.fromtimestamp(known, UTC)
