"""Codes that were refused in the demo's shop, each for another reason, and views of its lists."""

from contextlib import suppress
from datetime import datetime, timedelta

from counterfoil.errors import CounterfoilError
from counterfoil.intake.presenting import present
from counterfoil.models import CodeState, Contact, Entitlement, HoldKind
from counterfoil.operations._people import account_of, person_for
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.save_view import Audience, save_view
from counterfoil.rules.codes import draw_code
from counterfoil.rules.people import Actor, ActorKind, Assignee, Origin

ORDER = "1003"  # twelve kits that Hana bought
VIEWS = (
    ("entitlements", "Expired, nobody used it", "state=issued&expired=yes"),
    ("entitlements", "On hold", "held=yes"),
    ("purchases", "Paid, still being issued", "payment=paid&unfinished=yes"),
    ("mails", "Came back", "status=bounced"),
)


def add_attempts(*, by: Actor, at: datetime) -> None:
    """Let Gil try five codes that are of no use to him, and Hana one that has expired."""
    units = list(Entitlement.objects.filter(purchase__external_reference=ORDER).order_by("ordinal"))
    expired, used, held = units[2], units[4], units[5]
    place_hold(
        entitlement_ids=[held.pk],
        kind=HoldKind.OTHER,
        reference="CASE-2077",
        by=by,
        at=at,
        reason="support_case",
        comment="The kennel asked to wait until it is known whose it is.",
    )
    codes = {unit.pk: unit.codes.get(state=CodeState.LIVE).opened() for unit in units[2:6]}
    _try(codes[used.pk], "ines@example.com", at - timedelta(hours=9))
    tried = ("7Y2M-4QKD", draw_code(), codes[used.pk], codes[expired.pk], codes[held.pk])
    for number, code in enumerate(tried):
        _try(code, "gil@example.com", at - timedelta(hours=5, minutes=-7 * number))
    _try(codes[expired.pk], "hana@example.com", at - timedelta(hours=1))


def add_views(*, by: Actor, at: datetime) -> None:
    """Save a few lists that everybody looks at now and then."""
    for list_name, name, query in VIEWS:
        everybody = Audience.EVERYBODY
        save_view(list_name=list_name, name=name, query=query, audience=everybody, by=by, at=at)


def _try(code: str, mail: str, at: datetime) -> None:
    account = account_of(person_for(Contact(mail=mail), at=at), at=at)
    who = Actor(kind=ActorKind.CUSTOMER, id=str(account.pk))
    origin = Origin(surface="page", session="demo", account_id=account.pk)
    with suppress(CounterfoilError):
        present(code=code, to=Assignee(account_id=account.pk), origin=origin, by=who, at=at)
