"""
What was pasted into the search box, and what does it lead to?

A code or link is looked up by keyed hash and goes no further: it is no parameter of any statement,
no part of an answer, and nothing that is logged. Everything else is looked up as it stands; if
nothing goes by that name, what is in it is: people paste whole sentences.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from counterfoil.errors import CodeMalformed, NotFound
from counterfoil.models import Batch, Code, Entitlement, Link, Purchase
from counterfoil.models.ids import PREFIX, id_of
from counterfoil.models.keys import found_by, keyring
from counterfoil.queries import _called
from counterfoil.queries._called import some
from counterfoil.queries._hits import Hit, because, purchase_hits, unit_hits
from counterfoil.queries.found import Found, Kind
from counterfoil.rules.codes import ALPHABET, normalise, normalise_token
from counterfoil.rules.people import mask_mail, normalise_mail
from counterfoil.rules.redaction import secrets_in

LONGEST = 1_000
MOST_HITS = 25
MOST_BY_LAST_FOUR = 10
MOST_WORDS = 12
LAST_FOUR = re.compile(f"[{ALPHABET}]{{4}}", re.IGNORECASE)
HIDDEN = "-\N{BULLET}"
WORD = re.compile(r"[^\s<>\"'“”„,;()\[\]]+")


def search(text: str, *, now: datetime) -> Found:
    """
    Find whatever was pasted: a code or link, a handle, an address, any number or name, last four.

    The last four with a second fact beside them (an address or a reference) find the entitlement
    for which both are true; alone they give a few rows that name nobody.
    """
    text = _readable(text)
    if not text:
        return Found(kind=Kind.NOTHING)
    if (unit := _by_secret(text)) is not None:
        return Found(kind=Kind.CODE, hits=unit_hits([unit], now=now))
    for one in (_by_handle, _by_id, _by_mail, _by_two_facts, _by_name):
        if (found := one(text, now)) is not None:
            return found
    if LAST_FOUR.fullmatch(text.strip(HIDDEN)):
        return _by_last_four(text, now)
    return _by_what_is_in_it(text, now)


def _readable(text: str) -> str:
    """Leave out what no name has, and the database would not take."""
    kept = "".join(one if one.isprintable() else " " for one in text[:LONGEST])
    return kept.encode("utf-8", "ignore").decode().strip()


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
        return None if " " in text else Found(kind=Kind.HANDLE, term=text)


def _by_id(text: str, now: datetime) -> Found | None:
    try:
        wanted = UUID(text)
    except ValueError:
        return None
    hits = unit_hits([wanted], now=now) or purchase_hits([wanted])
    places = () if hits else tuple(_called.cases_of([wanted]))
    if not hits and not places:
        return None  # some orders have such
    return Found(kind=Kind.ID, term=text, hits=hits, places=places)


def _by_mail(text: str, now: datetime) -> Found | None:
    """Find what somebody bought, has, or was to have; also purchases that yielded nothing yet."""
    address = normalise_mail(text)
    if address is None:
        return None
    people = _called.people_reading(text)
    units = _called.units_of(people, Q(), MOST_HITS + 1)
    meant = _called.units_meant_for(people, MOST_HITS + 1)
    tried = _called.units_tried_by(people, MOST_HITS + 1)
    empty = Purchase.objects.filter(buyer__in=people, entitlements=None).order_by("-pk")
    hits = unit_hits(units, now=now) + purchase_hits(some(empty, MOST_HITS + 1))
    hits += because(unit_hits(meant, now=now), "given, offered or kept for this address")
    hits += because(unit_hits(tried, now=now), "its code was tried by this address, and refused")
    hits = tuple(sorted(_once(hits), key=lambda hit: hit.at, reverse=True))
    found = _bounded(Kind.MAIL, text, hits, MOST_HITS)
    return replace(found, places=tuple(_called.people_known(people, mask_mail(address))))


def _by_two_facts(text: str, now: datetime) -> Found | None:
    """Find by the last four together with an address or reference, in either order."""
    first, _, second = text.partition(" ")
    for last, fact in ((first, second.strip()), (second.strip(), first)):
        last_four = last.strip(HIDDEN).upper()
        if not fact or not LAST_FOUR.fullmatch(last_four):
            continue
        ending = Q(codes__last_four=last_four)
        units = _called.units_of(_called.people_reading(fact), ending, MOST_HITS + 1)
        if not units:
            purchases = _called.purchases_called(fact, MOST_HITS)
            bought = Entitlement.objects.filter(ending, purchase__in=purchases).order_by("-pk")
            units = some(bought, MOST_HITS + 1)
        if units:
            hits = unit_hits(units, now=now)
            return _bounded(Kind.LAST_FOUR, text, hits, MOST_HITS)
    return None


def _by_name(text: str, now: datetime) -> Found | None:
    """Find everything that goes by this name, for a ticket may be numbered as an order is."""
    limit = MOST_HITS + 1
    purchases, units, places = _called.under_ticket(text, limit)
    partners = _called.partners_called(text)
    subjects, accounts = _called.units_for(text, limit), _called.units_of_account(text, limit)
    ways = {
        Kind.REFERENCE: purchase_hits(_called.purchases_called(text, limit)),
        Kind.BATCH: unit_hits(_units_printed(text, limit), now=now),
        Kind.TICKET: because(
            unit_hits(units, now=now) + purchase_hits(purchases), f"under the ticket {text}"
        ),
        Kind.SUBJECT: because(unit_hits(subjects, now=now), f"for {text}"),
        Kind.ACCOUNT: because(unit_hits(accounts, now=now), f"account {text}"),
    }
    kinds = [kind for kind, hits in ways.items() if hits]
    kinds += [Kind.TICKET] if places else []
    kinds += [Kind.PARTNER] if partners else []
    if not kinds:
        return None
    hits = tuple(_once(hit for found in ways.values() for hit in found))
    found = _bounded(kinds[0], text, hits, MOST_HITS)
    return replace(found, places=(*partners, *places))


def _once(hits: Iterable[Hit]) -> Iterator[Hit]:
    seen: set[str] = set()
    for hit in hits:
        if hit.where not in seen:
            seen.add(hit.where)
            yield hit


def _units_printed(text: str, limit: int) -> list[UUID]:
    """Find printed pieces by the name of their batch, with a number or the first of them."""
    name, _, number = text.rpartition(" ")
    numbered = name and number.isascii() and number.isdigit() and len(number) < 7
    batch = Batch.objects.filter(name=name if numbered else text).first()
    if batch is None:
        return []
    units = Entitlement.objects.filter(batch=batch).order_by("batch_ordinal")
    if numbered:
        units = units.filter(batch_ordinal=int(number))
    return some(units, limit)


def _by_last_four(text: str, now: datetime) -> Found:
    ending = Entitlement.objects.filter(codes__last_four=text.strip(HIDDEN).upper())
    units = some(ending.order_by("-pk"), MOST_BY_LAST_FOUR + 1)
    hits = tuple(hit.without_people() for hit in unit_hits(units, now=now))
    return Found(
        kind=Kind.LAST_FOUR,
        term=text,
        hits=hits[:MOST_BY_LAST_FOUR],
        needs_more=True,
        is_truncated=len(hits) > MOST_BY_LAST_FOUR,
    )


def _by_what_is_in_it(text: str, now: datetime) -> Found:
    """Look for the first thing in a longer text that leads somewhere, the surest first."""
    units = {unit for one in secrets_in(text) if (unit := _by_secret(one)) is not None}
    if units:
        return _bounded(Kind.CODE, "", unit_hits(units, now=now), MOST_HITS)
    words = [one.strip(".:!?") for one in WORD.findall(text)][: 4 * MOST_WORDS]
    numbers = [one for one in words if any(map(str.isdigit, one)) and len(one) > 2][:MOST_WORDS]
    for look in (_by_handle, _by_id, _by_mail, _by_name):
        for word in numbers if look is _by_name else words:
            found = look(word, now)
            if found is not None and (found.hits or found.places):
                return found
    if _is_mistyped(text):
        return Found(kind=Kind.MISTYPED)
    return Found(kind=Kind.REFERENCE, term="" if _might_be_secret(text) else text)


def _is_mistyped(text: str) -> bool:
    """Tell whether it is as long as a code and its symbols do not fit together."""
    try:
        normalise(text)
    except CodeMalformed as refusal:
        return refusal.kind == "check"
    return False


def _bounded(kind: Kind, term: str, hits: tuple[Hit, ...], limit: int) -> Found:
    return Found(kind=kind, term=term, hits=hits[:limit], is_truncated=len(hits) > limit)


def _might_be_secret(text: str) -> bool:
    """Tell whether this could be, or have in it, a mistyped code or token: not shown again."""
    symbols = "".join(filter(str.isalnum, text.rsplit("#", 1)[-1]))
    runs = re.findall(r"[0-9A-Za-z]{4}(?:[\s-]?[0-9A-Za-z]{4}){2,}|[0-9A-Za-z]{14,}", text)
    return "#" in text[1:] or len(symbols) in {15, 16, 17, 23, 24, 25, 26, 27} or bool(runs)
