"""An order that was told before is told again: the same, completed, taken back, or another one."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from enum import StrEnum

from counterfoil.errors import DeclaredDifferently, Fault
from counterfoil.rules.declared import Cancellation, DeclaredLine, DeclaredOrderBody


class Change(StrEnum):
    """What may become of an order after it was told for the first time."""

    FILL = "fill"
    ADD_LINES = "add_lines"
    PAY = "pay"
    CANCEL = "cancel"


ANY_CHANGE = frozenset(Change)
ORDER_FIELDS = ("number", "currency", "buyer_mail", "buyer_name", "locale", "gift", "is_test")
LINE_FIELDS = ("sku", "quantity", "unit_amount", "total", "description", "gift", "holders")
SHOWN = frozenset({"number", "currency", "is_test", "sku", "quantity", "unit_amount", "total"})


def taken_together(
    known: DeclaredOrderBody, told: DeclaredOrderBody, *, may_change: Collection[Change]
) -> DeclaredOrderBody:
    """
    Give the order as it stands after it was told again.

    Nothing that was told is forgotten: to leave out that it was paid or cancelled, or what of it
    was, changes nothing. With ``FILL`` the same goes for everything, and what was left out before
    may be said now; with ``ADD_LINES`` lines may follow, and those left out stay.

    :raises DeclaredDifferently: if it says something else than before, with all that differs.
    """
    differences = tuple(_differences(known, told, frozenset(may_change)))
    if differences:
        raise DeclaredDifferently(differences)
    return replace(
        known,
        **{name: getattr(known, name) or getattr(told, name) for name in ORDER_FIELDS},
        lines=_lines(known, told),
        is_paid=known.is_paid or told.is_paid,
        paid_at=known.paid_at or told.paid_at,
        cancelled_at=known.cancelled_at or told.cancelled_at,
        cancellations=known.cancellations + tuple(_new_cancellations(known, told)),
    )


def _differences(
    known: DeclaredOrderBody, told: DeclaredOrderBody, allowed: frozenset[Change]
) -> Iterator[Fault]:
    for name in ORDER_FIELDS:
        yield from _difference(name, known, told, allowed, place=name)
    yield from _of_lines(known, told, allowed)
    if told.paid_at and known.paid_at and told.paid_at != known.paid_at:
        yield Fault("paid_at", "it was told otherwise")
    becomes_paid = told.is_paid and not known.is_paid
    if Change.PAY not in allowed and becomes_paid:
        yield Fault("paid", "it was not paid when it was told")
    if Change.CANCEL not in allowed and told.cancelled_at and not known.cancelled_at:
        yield Fault("cancelled_at", "it was not cancelled when it was told")
    before = {one.reference: one for one in known.cancellations}
    for one in told.cancellations:
        if one.reference in before and not _same(before[one.reference], one):
            yield Fault(f"cancellations.{one.reference}", "another one was told by this reference")
        if one.reference not in before and Change.CANCEL not in allowed:
            yield Fault(f"cancellations.{one.reference}", "it was not told before")


def _of_lines(
    known: DeclaredOrderBody, told: DeclaredOrderBody, allowed: frozenset[Change]
) -> Iterator[Fault]:
    before = {line.reference: line for line in known.lines}
    now = {line.reference: line for line in told.lines}
    for reference, line in now.items():
        place = f"lines.{reference}"
        if reference in before:
            for name in LINE_FIELDS:
                where = f"{place}.{'amount_total' if name == 'total' else name}"
                yield from _difference(name, before[reference], line, allowed, place=where)
        elif Change.ADD_LINES not in allowed:
            yield Fault(place, "there was no such line")
    if Change.ADD_LINES not in allowed:
        for reference in before.keys() - now.keys():
            yield Fault(f"lines.{reference}", "this line is missing")


def _difference(
    name: str,
    known: DeclaredOrderBody | DeclaredLine,
    told: DeclaredOrderBody | DeclaredLine,
    allowed: frozenset[Change],
    *,
    place: str,
) -> Iterator[Fault]:
    before, now = getattr(known, name), getattr(told, name)
    if before == now or (Change.FILL in allowed and (not before or not now)):
        return
    # Names and addresses are not repeated: the answer may be read by more people than the order.
    says = (
        f"it was {before!r}, and is told as {now!r}" if name in SHOWN else "it was told otherwise"
    )
    yield Fault(place, says)


def _lines(known: DeclaredOrderBody, told: DeclaredOrderBody) -> tuple[DeclaredLine, ...]:
    now = {line.reference: line for line in told.lines}
    before = {line.reference for line in known.lines}
    filled = (_filled(line, now.get(line.reference, line)) for line in known.lines)
    return (*filled, *(line for line in told.lines if line.reference not in before))


def _filled(known: DeclaredLine, told: DeclaredLine) -> DeclaredLine:
    return replace(
        known,
        unit_amount=known.unit_amount or told.unit_amount,
        amount_total=known.amount_total if known.total else told.amount_total,
        description=known.description or told.description,
        gift=known.gift or told.gift,
        holders=known.holders or told.holders,
    )


def _new_cancellations(known: DeclaredOrderBody, told: DeclaredOrderBody) -> Iterator[Cancellation]:
    before = {one.reference for one in known.cancellations}
    return (one for one in told.cancellations if one.reference not in before)


def _same(known: Cancellation, told: Cancellation) -> bool:
    """Tell whether two cancellations take back the same, whenever each was told."""
    return (told.lines, told.units) == (known.lines, known.units)
