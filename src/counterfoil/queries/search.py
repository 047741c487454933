"""
What was pasted into the search box, and what does it lead to?

A code or link is looked up by keyed hash and goes no further: it is no parameter of any statement,
no part of an answer, and nothing that is logged. Everything else is looked up as it stands.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from counterfoil.errors import CodeMalformed, NotFound
from counterfoil.models import Assignment, Batch, Code, Entitlement, Link, Person, Purchase
from counterfoil.models.ids import PREFIX, id_of
from counterfoil.models.keys import found_by, keyring
from counterfoil.queries._hits import Hit, only_of, purchase_hits, unit_hits
from counterfoil.rules.codes import ALPHABET, normalise, normalise_token
from counterfoil.rules.people import normalise_mail

MOST_HITS = 25
MOST_BY_LAST_FOUR = 10
LAST_FOUR = re.compile(f"[{ALPHABET}]{{4}}", re.IGNORECASE)
HIDDEN = "-\N{BULLET}"


class Kind(StrEnum):
    """How a search was understood; empty if nothing was asked."""

    CODE = "code"
    LAST_FOUR = "last_four"
    HANDLE = "handle"
    MAIL = "mail"
    REFERENCE = "reference"
    ID = "id"
    BATCH = "batch"
    NOTHING = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """
    What a search led to.

    ``term`` may be shown again: it is empty where the search was, or might have been, a code.
    ``needs_more`` says that the last four alone do not tell whose entitlement it is.
    """

    kind: Kind
    term: str = ""
    hits: tuple[Hit, ...] = ()
    needs_more: bool = False
    is_truncated: bool = False

    @property
    def only(self) -> Hit | None:
        """Give the one thing it led to, which may be opened at once; ``None`` if there are more."""
        return None if self.needs_more or self.is_truncated else only_of(self.hits)


def search(text: str, *, now: datetime) -> Found:
    """
    Find whatever was pasted: a code or link, a handle, an address, a reference, an id, last four.

    The last four with a second fact beside them (an address or a reference) find the entitlement
    for which both are true; alone they give a few rows that name nobody.
    """
    text = text.strip()
    if not text or "\0" in text:
        return Found(kind=Kind.NOTHING)
    if (unit := _by_secret(text)) is not None:
        return Found(kind=Kind.CODE, hits=unit_hits([unit], now=now))
    for one in (_by_handle, _by_id, _by_mail, _by_batch, _by_two_facts, _by_reference):
        if (found := one(text, now)) is not None:
            return found
    return _by_last_four(text, now)


def _by_secret(text: str) -> UUID | None:
    """Give the entitlement behind a code or the token of a link, whatever became of either."""
    presented, ring = text.rsplit("#", 1)[-1], keyring()
    try:
        codes = Code.objects.filter(found_by(ring.lookups("code:", normalise(presented))))
    except CodeMalformed:
        try:
            token = found_by(ring.lookups("link:", normalise_token(presented)))
        except CodeMalformed:
            return None
        codes = Code.objects.filter(pk__in=Link.objects.filter(token).values("code"))
    return codes.values_list("entitlement_id", flat=True).first()


def _by_handle(text: str, now: datetime) -> Found | None:
    if not text.lower().startswith(PREFIX):
        return None
    try:
        return Found(kind=Kind.HANDLE, term=text, hits=unit_hits([id_of(text)], now=now))
    except NotFound:
        return Found(kind=Kind.HANDLE, term=text)


def _by_id(text: str, now: datetime) -> Found | None:
    try:
        wanted = UUID(text)
    except ValueError:
        return None
    hits = unit_hits([wanted], now=now) or purchase_hits([wanted])
    return Found(kind=Kind.ID, term=text, hits=hits) if hits else None  # some orders have such


def _by_mail(text: str, now: datetime) -> Found | None:
    """Find what somebody bought and what they have; also purchases that yielded nothing yet."""
    if normalise_mail(text) is None:
        return None
    people = _people(text)
    units = _units_of(people, Q(), MOST_HITS + 1)
    empty = Purchase.objects.filter(buyer__in=people, entitlements=None).order_by("-pk")
    hits = unit_hits(units, now=now) + purchase_hits(_some(empty, MOST_HITS + 1))
    hits = tuple(sorted(hits, key=lambda hit: hit.at, reverse=True))
    return _bounded(Kind.MAIL, text, hits, MOST_HITS)


def _by_batch(text: str, now: datetime) -> Found | None:
    """Find printed pieces by the name of their batch, with a number or the first of them."""
    name, _, number = text.rpartition(" ")
    numbered = name and number.isascii() and number.isdigit() and len(number) < 7
    batch = Batch.objects.filter(name=name if numbered else text).first()
    if batch is None:
        return None
    units = Entitlement.objects.filter(batch=batch).order_by("batch_ordinal")
    if numbered:
        units = units.filter(batch_ordinal=int(number))
    hits = unit_hits(_some(units, MOST_HITS + 1), now=now)
    return _bounded(Kind.BATCH, text, hits, MOST_HITS)


def _by_two_facts(text: str, now: datetime) -> Found | None:
    """Find by the last four together with an address or reference, in either order."""
    first, _, second = text.partition(" ")
    for last, fact in ((first, second.strip()), (second.strip(), first)):
        last_four = last.strip(HIDDEN).upper()
        if not fact or not LAST_FOUR.fullmatch(last_four):
            continue
        ending = Q(codes__last_four=last_four)
        units = _units_of(_people(fact), ending, MOST_HITS + 1)
        if not units:
            purchases = _purchases(fact, MOST_HITS)
            bought = Entitlement.objects.filter(ending, purchase__in=purchases).order_by("-pk")
            units = _some(bought, MOST_HITS + 1)
        if units:
            hits = unit_hits(units, now=now)
            return _bounded(Kind.LAST_FOUR, text, hits, MOST_HITS)
    return None


def _by_reference(text: str, now: datetime) -> Found | None:
    hits = purchase_hits(_purchases(text, MOST_HITS + 1))
    if not hits and LAST_FOUR.fullmatch(text.strip(HIDDEN)):
        return None
    return _bounded(Kind.REFERENCE, "" if _might_be_secret(text) else text, hits, MOST_HITS)


def _by_last_four(text: str, now: datetime) -> Found:
    ending = Entitlement.objects.filter(codes__last_four=text.strip(HIDDEN).upper())
    units = _some(ending.order_by("-pk"), MOST_BY_LAST_FOUR + 1)
    hits = tuple(hit.without_people() for hit in unit_hits(units, now=now))
    return Found(
        kind=Kind.LAST_FOUR,
        term=text,
        hits=hits[:MOST_BY_LAST_FOUR],
        needs_more=True,
        is_truncated=len(hits) > MOST_BY_LAST_FOUR,
    )


def _people(mail: str) -> list[UUID]:
    return list(Person.objects.reading(mail).values_list("pk", flat=True))


def _units_of(people: list[UUID], also: Q, limit: int) -> list[UUID]:
    """Give the newest entitlements somebody bought, has or had: each by its own index."""
    if not people:
        return []
    bought = Entitlement.objects.filter(also, purchase__buyer__in=people).order_by("-pk")
    had = Assignment.objects.filter(account__person__in=people).values("entitlement")
    theirs = Entitlement.objects.filter(also, pk__in=had).order_by("-pk")
    return sorted({*_some(bought, limit), *_some(theirs, limit)}, reverse=True)[:limit]


def _purchases(reference: str, limit: int) -> list[UUID]:
    """Give the purchases an order, payment, refund, dispute or case is about."""
    named = {reference, reference.removeprefix("#")}
    asked = (
        Q(external_reference__in=named),
        Q(number__in={*named, f"#{reference}", reference.upper()} - {""}),
        Q(payment_reference=reference),
        Q(grantrecord__reference=reference),
        Q(refunds__external_reference=reference),
        Q(disputes__external_reference=reference),
    )
    each = [Purchase.objects.filter(one).values_list("pk", flat=True) for one in asked]
    return list(each[0].union(*each[1:]).order_by("-pk")[:limit])


def _some(rows: QuerySet[Entitlement] | QuerySet[Purchase], limit: int) -> list[UUID]:
    return list(dict.fromkeys(rows.values_list("pk", flat=True)[:limit]))


def _bounded(kind: Kind, term: str, hits: tuple[Hit, ...], limit: int) -> Found:
    return Found(kind=kind, term=term, hits=hits[:limit], is_truncated=len(hits) > limit)


def _might_be_secret(text: str) -> bool:
    """Tell whether this could be a mistyped code or token, which is not shown again either."""
    symbols = "".join(filter(str.isalnum, text.rsplit("#", 1)[-1]))
    return "#" in text[1:] or len(symbols) in {15, 16, 17, 23, 24, 25, 26, 27}
