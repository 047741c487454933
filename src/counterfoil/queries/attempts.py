"""Why was a code refused, what did its owner see, and what has become of it since?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as later

from counterfoil.models import Account, Assignment, Attempt, Connection, Entitlement, Product
from counterfoil.queries import words
from counterfoil.queries._filters import (
    Filter,
    Part,
    begins,
    choice,
    day,
    flag,
    is_over,
    one_id,
)
from counterfoil.queries._hits import channel_of, flags_of
from counterfoil.queries.filtering import CONNECTION, PRODUCT, id_of_name
from counterfoil.queries.listing import in_order
from counterfoil.queries.listing_units import Faces
from counterfoil.rules.lifecycle import State
from counterfoil.rules.scopes import Scope

WRONG_DIGITS = "sign_in_refused"
NEVER_KEPT = {"ok", "too_many_attempts"}
REASONS = {code: said for code, said in words.REFUSALS.items() if code not in NEVER_KEPT} | {
    WRONG_DIGITS: "wrong digits while signing in"
}
SURFACES = {
    "page": later("the page for codes"),
    "api": later("the API"),
    "till": later("a till"),
}
POINTED_TO = (
    *("api_key__partner", "account__person", "entitlement__product"),
    *("entitlement__purchase__connection", "entitlement__partner"),
)


def _account_told(account_id: UUID) -> str:
    found = Account.objects.filter(pk=account_id).select_related("person").first()
    return (Faces().of(found.person) or str(found)) if found else str(account_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class AttemptFilter(Filter):
    """
    Which refused attempts; what is empty narrows nothing down.

    Wrong digits while signing in are no attempt at a code, and are there if asked for.
    """

    PARTS: ClassVar[tuple[Part, ...]] = (
        choice("reason", later("Why"), REASONS),
        choice("surface", later("Where"), SURFACES),
        flag("ours", later("Is a code of ours")),
        flag("signed_in", later("Somebody was signed in")),
        day("since", later("Since")),
        day("until", later("Until")),
        PRODUCT,
        CONNECTION,
        one_id("account", later("By"), _account_told),
    )

    reason: str = ""
    surface: str = ""
    ours: bool | None = None
    signed_in: bool | None = None
    since: date | None = None
    until: date | None = None
    product: str = ""
    connection: str = ""
    account: UUID | None = None

    def rows(self, *, now: datetime) -> QuerySet[Attempt]:
        """Give them, in no order."""
        wanted = ~Q(outcome="ok")
        wanted &= Q(outcome=self.reason) if self.reason else ~Q(outcome=WRONG_DIGITS)
        if self.surface:
            wanted &= Q(surface=self.surface)
        if self.ours is not None:
            wanted &= Q(entitlement__isnull=not self.ours)
        if self.signed_in is not None:
            wanted &= Q(account__isnull=not self.signed_in)
        if self.since is not None:
            wanted &= Q(at__gte=begins(self.since))
        if self.until is not None:
            wanted &= Q(at__lt=is_over(self.until))
        if self.product:
            wanted &= Q(entitlement__product=id_of_name(Product, sku=self.product))
        if self.connection:
            found = id_of_name(Connection, slug=self.connection)
            wanted &= Q(entitlement__purchase__connection=found)
        if self.account is not None:
            wanted &= Q(account=self.account)
        return Attempt.objects.filter(wanted)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """What was tried is one of ours: how that stands now."""

    handle: str
    product: str
    channel: str
    partner: str
    partner_slug: str
    state: State
    flags: tuple[str, ...]
    held_count: int
    has_it_since: datetime | None
    is_theirs: bool  # who tried has it
    was_told_why: bool  # who tried bought it or has it, so that they are told why


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """One refused attempt; who tried is masked, and ``unit`` is empty if it is no code of ours."""

    id: UUID
    at: datetime
    reason: str
    surface: str
    key_name: str
    key_partner: str
    key_reads_reasons: bool
    last_four: str
    account_id: UUID | None
    person_id: UUID | None
    who: str
    unit: Tried | None


def attempts_in_list(ids: Sequence[UUID], *, now: datetime) -> Sequence[Refused]:
    """Read these, in this order, in two queries."""
    held = Assignment.objects.filter(ended_at=None)
    rows = (
        Attempt.objects.filter(pk__in=ids)
        .select_related(*POINTED_TO)
        .prefetch_related(Prefetch("entitlement__assignments", held, to_attr="open_assignments"))
    )
    faces = Faces()
    return in_order(ids, [_told(row, now, faces) for row in rows])


def _told(row: Attempt, now: datetime, faces: Faces) -> Refused:
    account, key = row.account, row.api_key
    who = faces.of(account.person) or account.external_reference if account else ""
    return Refused(
        id=row.pk,
        at=row.at,
        reason=row.outcome,
        surface=row.surface,
        key_name=key.name if key else "",
        key_partner=key.partner.name if key and key.partner else "",
        key_reads_reasons=bool(key and Scope.REASONS.value in key.scopes),
        last_four=row.last_four,
        account_id=row.account_id,
        person_id=account.person_id if account else None,
        who=who or (str(account) if account else ""),
        unit=_unit(row.entitlement, account, now) if row.entitlement else None,
    )


def _unit(unit: Entitlement, account: Account | None, now: datetime) -> Tried:
    held: list[Assignment] = getattr(unit, "open_assignments")  # noqa: B009 - by the prefetch
    purchase = unit.purchase
    is_theirs = bool(held and account and held[0].account_id == account.pk)
    bought = bool(account and purchase and _bought(account, purchase.account_id, purchase.buyer_id))
    return Tried(
        handle=unit.handle,
        product=unit.product.name,
        channel=channel_of(purchase),
        partner=unit.partner.name if unit.partner else "",
        partner_slug=unit.partner.slug if unit.partner else "",
        state=State(unit.state),
        flags=flags_of(unit, now=now),
        held_count=unit.held_count,
        has_it_since=held[0].started_at if held else None,
        is_theirs=is_theirs,
        was_told_why=is_theirs or bought,
    )


def _bought(account: Account, account_id: UUID | None, buyer_id: UUID | None) -> bool:
    return account.pk == account_id or (
        account.person_id is not None and account.person_id == buyer_id
    )
