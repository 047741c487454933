"""What did somebody buy, and what has become of each unit?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from counterfoil.models import (
    Account,
    Assignment,
    Code,
    CodeState,
    Entitlement,
    Entry,
    Gift,
    Purchase,
    Transfer,
)
from counterfoil.queries._hits import masked
from counterfoil.rules.acts import Act
from counterfoil.rules.codes import CodeForm
from counterfoil.rules.lifecycle import CODE_STATES, HOLDER_STATES, PublicState, State

PAGE = 20
GIVING = (Act.REDEEM, Act.ASSIGN, Act.TRANSFER)
"""The acts by which somebody new has it."""


class Shown(StrEnum):
    """Which units are listed."""

    ALL = "all"
    FREE = "free"
    GIVEN = "given"
    USED = "used"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True, slots=True)
class BoughtUnit:
    """
    One unit as its buyer sees it.

    ``given_to`` is masked, and empty where the buyer did not say who has it; ``gift_to`` is whom
    a gift is on its way to, ``"card"`` for one that the buyer hands over.
    """

    entitlement_id: UUID
    handle: str
    product: str
    number: int
    state: PublicState
    is_free: bool
    is_mine: bool
    last_four: str
    long: bool
    waiting_until: datetime | None
    valid_until: datetime | None
    claimed_at: datetime | None
    given_to: str
    gift_to: str
    gift_at: datetime | None
    can_reveal: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The units of one product in one purchase; ``units`` are those on this page."""

    reference: str
    at: datetime
    total_minor: int
    currency: str
    is_test: bool
    product: str
    counts: Mapping[str, int]
    units: tuple[BoughtUnit, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bought:
    """One page of what somebody bought, and how many there are of each sort."""

    shown: Shown
    counts: Mapping[str, int]
    groups: tuple[Group, ...]
    page: int
    page_count: int


def bought(account: Account, *, shown: Shown, page: int, now: datetime) -> Bought:
    """
    List what this account bought, or the person behind it while no account has it.

    The newest purchase comes first, its units in their order. The number of queries does not
    depend on how many there are; a page that does not exist is the nearest one.
    """
    units = _sorted_by_kind(bought_units(account), account)
    kinds = _kinds(now)
    counts = units.aggregate(**{name: Count("pk", filter=kind) for name, kind in kinds.items()})
    pages = max(-(-counts[shown] // PAGE), 1)
    page = min(max(page, 1), pages)
    first = (page - 1) * PAGE
    ordered = units.filter(kinds[shown]).order_by(
        "-purchase__created_at", "-purchase_id", "line_id", "ordinal"
    )
    rows = list(_told(ordered)[first : first + PAGE])
    lines = units.filter(line__in={one.line_id for one in rows}).values("line_id")
    by_line = {
        row["line_id"]: row
        for row in lines.annotate(
            **{name: Count("pk", filter=kind) for name, kind in kinds.items()}
        ).order_by()
    }
    names = _named(rows, account)
    return Bought(
        shown=shown,
        counts=counts,
        groups=tuple(
            _group(by_line[line_id], [_unit(one, names, now) for one in found], found[0].purchase)
            for line_id, found in (
                (key, list(group)) for key, group in groupby(rows, lambda one: one.line_id)
            )
        ),
        page=page,
        page_count=pages,
    )


def bought_unit(entitlement_id: UUID, account: Account, *, now: datetime) -> BoughtUnit | None:
    """Find one unit this account bought."""
    units = _sorted_by_kind(bought_units(account), account)
    found = list(_told(units.filter(pk=entitlement_id)))
    return _unit(found[0], _named(found, account), now) if found else None


def bought_units(account: Account) -> QuerySet[Entitlement]:
    """
    Say which entitlements this account bought.

    Those of a purchase that is somebody's account's are that account's alone: an address that one
    of them once had proves nothing.
    """
    mine = Q(purchase__account=account)
    if account.person_id is not None:
        mine |= Q(purchase__account=None, purchase__buyer=account.person_id)
    return Entitlement.objects.filter(mine)


def is_bought_by(entitlement_id: UUID, account: Account) -> bool:
    """Tell whether this account bought that entitlement."""
    return bought_units(account).filter(pk=entitlement_id).exists()


def _sorted_by_kind(units: QuerySet[Entitlement], account: Account) -> QuerySet[Any]:
    held = Assignment.objects.filter(entitlement=OuterRef("pk"), ended_at=None, account=account)
    gifts = Gift.objects.filter(entitlement=OuterRef("pk"), ended_at=None)
    return units.annotate(is_mine=Exists(held), is_given=Exists(gifts))


def _kinds(now: datetime) -> dict[str, Q]:
    usable = Q(state__in=[State.ISSUED, State.RESERVED], held_count=0)
    over = Q(expires_at__isnull=False, expires_at__lte=now)
    kept = Q(state=State.RESERVED, reserved_until__gt=now)
    held = Q(state__in=HOLDER_STATES)
    return {
        Shown.ALL: Q(pk__isnull=False),
        Shown.FREE: usable & ~over & ~kept & Q(is_given=False),
        Shown.GIVEN: (usable & ~over & Q(is_given=True)) | (held & Q(is_mine=False)),
        Shown.USED: held & Q(is_mine=True),
        Shown.EXPIRED: usable & over,
    }


def _told(units: QuerySet[Any]) -> QuerySet[Any]:
    live = Code.objects.filter(state=CodeState.LIVE).only(
        "entitlement_id", "last_four", "ciphertext"
    )
    held = Assignment.objects.filter(ended_at=None).select_related("account__person")
    gifts = Gift.objects.filter(ended_at=None).select_related("recipient")
    return units.select_related("product", "terms", "purchase", "line").prefetch_related(
        Prefetch("codes", live, to_attr="live_codes"),
        Prefetch("assignments", held, to_attr="open_assignments"),
        Prefetch("gifts", gifts, to_attr="open_gifts"),
    )


def _named(rows: Iterable[Entitlement], account: Account) -> set[UUID]:
    """
    Tell which of these the account itself gave to whoever has them now, by their address.

    Whom somebody else passed it on to is not its buyer's to know.
    """
    ids = [one.pk for one in rows]
    told = Entry.objects.filter(entitlement__in=ids, act_name__in=GIVING).order_by("seq")
    last = {entry.entitlement_id: entry for entry in told}
    accepted = [entry.data["transfer"] for entry in last.values() if "transfer" in entry.data]
    passed_on = Transfer.objects.filter(pk__in=accepted, assignment__account=account)
    return set(passed_on.values_list("entitlement_id", flat=True)) | {
        key
        for key, entry in last.items()
        if entry.act_name == Act.ASSIGN and entry.actor_id == str(account.pk)
    }


def _group(counts: Mapping[str, int], units: list[BoughtUnit], purchase: Purchase) -> Group:
    return Group(
        reference=purchase.called,
        at=purchase.paid_at or purchase.created_at,
        total_minor=purchase.amount_total,
        currency=purchase.currency if purchase.kind == "sale" else "",
        is_test=purchase.is_test,
        product=units[0].product,
        counts=counts,
        units=tuple(units),
    )


def _unit(one: Any, named: set[UUID], now: datetime) -> BoughtUnit:
    codes: list[Code] = one.live_codes
    held: list[Assignment] = one.open_assignments
    gifts: list[Gift] = one.open_gifts
    code = codes[0] if codes and one.state in CODE_STATES else None
    state, gift = one.public_state(now), gifts[0] if gifts else None
    readable = code is not None and code.ciphertext is not None
    return BoughtUnit(
        entitlement_id=one.pk,
        handle=one.handle,
        product=one.product.name,
        number=one.ordinal + 1,
        state=state,
        is_free=state is PublicState.READY and gift is None,
        is_mine=one.is_mine,
        last_four=code.last_four if code else "",
        long=one.terms.terms.code_form is CodeForm.LONG,
        waiting_until=one.reserved_until if state is PublicState.WAITING else None,
        valid_until=one.expires_at,
        claimed_at=held[0].started_at if held else None,
        given_to=masked(held[0].account.person) if held and one.pk in named else "",
        gift_to="" if gift is None else masked(gift.recipient) or "card",
        gift_at=gift.send_at if gift else None,
        can_reveal=readable and state in (PublicState.READY, PublicState.WAITING),
    )
