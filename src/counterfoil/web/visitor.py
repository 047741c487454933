"""Who is behind a request: the account of the session, if somebody signed in."""

from dataclasses import dataclass
from datetime import UTC, datetime
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
    """Read who is signed in; an account that is gone counts as nobody."""
    known = request.session.get(ACCOUNT)
    if known is None:
        return Visitor()
    account = Account.objects.select_related("person").filter(pk=known).first()
    if account is None:
        return Visitor()
    contact = account.person.contact() if account.person else None
    return Visitor(account=account, mail=contact.mail if contact else "", since=_since(request))


def remember(request: HttpRequest, account: Account) -> None:
    """
    Let the session be this account's from now on.

    Its key is a new one, so that nobody who knew the old key is signed in as well.
    """
    request.session.cycle_key()
    request.session[ACCOUNT] = str(account.pk)
    request.session[SINCE] = timezone.now().timestamp()


def forget(request: HttpRequest) -> None:
    """End the session and all that was in it."""
    request.session.flush()


def _since(request: HttpRequest) -> datetime | None:
    known = request.session.get(SINCE)
    return None if known is None else datetime.fromtimestamp(known, UTC)
