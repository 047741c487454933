"""Who is behind a request: the account of the session, or of whom the host has signed in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from counterfoil.conf import conf
from counterfoil.errors import AdapterFailed
from counterfoil.hosting.accounts import HostVisitor, host_visitor
from counterfoil.intake.retrying import with_retries
from counterfoil.models import Account
from counterfoil.operations.recognise_account import recognise_account
from counterfoil.rules.people import Actor, ActorKind, normalise_mail

ACCOUNT = "counterfoil_account"
SINCE = "counterfoil_signed_in_at"
HOSTS = "counterfoil_host_reference"
THEIRS = (
    ACCOUNT,
    SINCE,
    HOSTS,
    *(
        f"counterfoil_{name}"
        for name in (
            "sign_in",
            "new_mail",
            "draft",
            "presented",
        )
    ),
)
"""What a session keeps of one customer; it goes when the host signs them out."""

STRANGER = Actor(kind=ActorKind.CUSTOMER, id="visitor")
HOST = Actor(kind=ActorKind.SYSTEM, id="host", display="The site's sign-in")


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """
    Somebody looking at a page: an account and its address, or a stranger.

    ``since`` is when they proved that they read the address, as far as that is known. ``called``
    is what they are to see that they are signed in as. ``is_unknown`` says that the host, asked
    who this is, gave no answer.
    """

    account: Account | None = None
    mail: str = ""
    since: datetime | None = None
    locale: str = ""
    called: str = ""
    is_unknown: bool = False

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

    Whoever was signed in to an account that was merged is the one it was merged into. Where the
    host signs its customers in, its word counts, and it alone.
    """
    if conf.ACCOUNTS:
        return _from_host(request)
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
    return Visitor(
        account=account,
        mail=contact.mail,
        called=contact.mail,
        locale=contact.locale,
        since=_since(request),
    )


def _from_host(request: HttpRequest) -> Visitor:
    """
    Ask the host, each time; a session never says who somebody is.

    What a session keeps of a customer is dropped once the host names another, or nobody.
    """
    now = timezone.now()
    try:
        told = host_visitor(request, at=now)
    except AdapterFailed:
        return Visitor(is_unknown=True)
    before = request.session.get(HOSTS)
    if before is not None and (told is None or told.external_reference != before):
        drop_theirs(request)
    if told is None:
        return Visitor()
    if before != told.external_reference:
        request.session.cycle_key()
        request.session[HOSTS] = told.external_reference
    account = _account_named(told, now)
    contact = account.person.contact() if account.person else None
    mail = contact.mail if contact else ""
    return Visitor(
        account=account,
        mail=mail,
        called=mail or told.display or told.external_reference,
        locale=contact.locale if contact else "",
        since=now,
    )


def _account_named(told: HostVisitor, now: datetime) -> Account:
    accounts = Account.objects.select_related("person")
    known = accounts.filter(external_reference=told.external_reference, merged_into=None).first()
    if known is not None:
        contact = known.person.contact() if known.person else None
        if not told.mail or (contact and contact.mail == normalise_mail(told.mail)):
            return known
    found = with_retries(
        lambda: recognise_account(
            external_reference=told.external_reference, mail=told.mail, by=HOST, at=now
        )
    )
    return accounts.get(pk=found.pk)


def drop_theirs(request: HttpRequest) -> None:
    """Forget what the session keeps of a customer, and nothing of the host's."""
    for name in THEIRS:
        request.session.pop(name, None)


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
