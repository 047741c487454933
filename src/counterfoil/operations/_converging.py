"""Lines: what a channel wants issued, and what is there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from counterfoil.models import Connection, Line, Product, ProductMapping, Purchase
from counterfoil.models.ids import uuid7
from counterfoil.operations._bringing_back import take_back_first
from counterfoil.operations._holding import contradicted
from counterfoil.operations._judging import AGREED, MAPPED, SOLD_SO, ask_once
from counterfoil.operations._wishes import give_as_wished, remember_wish
from counterfoil.operations.issue import issue
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.orders import OrderLine, OrderState
from counterfoil.rules.people import Actor

FIRST_ORDINALS = 50  # that are named to a person


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One look at an order: of which purchase, by whom, when, and what came of it."""

    connection: Connection
    purchase: Purchase
    order: OrderState
    by: Actor
    at: datetime

    def ask(self, kind: ExceptionKind, line: OrderLine, evidence: dict[str, object]) -> None:
        """Put something about a line before a person."""
        ask_once(
            self.purchase,
            kind=kind,
            key=self._key(line),
            evidence={"line": line.reference, "description": line.description, **evidence},
            by=self.by,
            at=self.at,
        )

    def settled(self, kind: ExceptionKind, line: OrderLine, outcome: str) -> None:
        """Close what was asked about a line."""
        resolve_exception(kind=kind, key=self._key(line), outcome=outcome, by=self.by, at=self.at)

    def _key(self, line: OrderLine) -> str:
        return f"{self.purchase.pk}:{line.reference}"


def issue_lines(visit: Visit, *, most_units: int | None) -> None:
    """
    Issue what each line still lacks; a product nobody mapped becomes an exception.

    It is one act, however many lines there are and however often it is taken up again: the buyer
    gets one mail, once nothing is owed any more.
    """
    act_id = visit.purchase.issuing or uuid7()
    room, owed = most_units, 0
    for wanted in sorted(visit.order.lines, key=lambda line: line.reference):
        line = _line_of(visit, wanted)
        if line is None:
            continue
        before = (line.units_owed, line.units_withdrawn)
        lacking = take_back_first(line, wanted, by=visit.by, at=visit.at)
        now = lacking if room is None else min(lacking, room)
        before_now = line.units_paid
        line.units_owed = lacking - now
        issue(
            line=line,
            units=line.units_paid + now,
            by=visit.by,
            at=visit.at,
            act_id=act_id,
            holders=wanted.holders,
        )
        line.units_paid += now
        if before != (line.units_owed, line.units_withdrawn):
            line.save(update_fields=["units_owed", "units_withdrawn"])
        room = None if room is None else room - now
        owed += line.units_owed
        if not line.units_owed:
            _compare_holders(visit, line, wanted)
        remember_wish(line, wanted.gift or visit.order.gift, at=visit.at)
        if now:
            give_as_wished(line, after=before_now, by=visit.by, at=visit.at)
    note_owed(visit.purchase, act_id if owed else None)


def owe_nothing(purchase: Purchase) -> None:
    """Take note that nothing more is to be issued, whatever was still owed."""
    purchase.lines.filter(units_owed__gt=0).update(units_owed=0)
    note_owed(purchase, None)


def note_owed(purchase: Purchase, act_id: UUID | None) -> None:
    """Remember by which act a purchase is still being issued; nobody is told before it is done."""
    if purchase.issuing != act_id:
        purchase.issuing = act_id
        purchase.save(update_fields=["issuing"])


def _line_of(visit: Visit, wanted: OrderLine) -> Line | None:
    """Give our record of a line for which something may be issued; what it was sold as stays."""
    lines = visit.purchase.lines.select_related("product")
    line = lines.filter(external_line=wanted.reference).first()
    if line is None and wanted.quantity == 0:
        return None  # taken off again before we heard of it
    if line is None:
        sold_as = _mapping(visit.connection, wanted)
        if sold_as is None and wanted.is_foreign:
            return None
        if sold_as is None:
            evidence: dict[str, object] = {
                "quantity": wanted.quantity,
                "product_keys": list(wanted.product_keys),
            }
            visit.ask(ExceptionKind.UNMAPPED_PRODUCT, wanted, evidence)
            return None
        visit.settled(ExceptionKind.UNMAPPED_PRODUCT, wanted, MAPPED)
        if sold_as.product is None:
            return None
        line = Line(
            purchase=visit.purchase,
            external_line=wanted.reference,
            product=sold_as.product,
            entitlements_per_unit=sold_as.entitlements_per_unit,
            product_keys=list(wanted.product_keys),
        )
    elif _turned_into(visit, line, wanted) is not None:
        return None
    _update(line, wanted)
    return line


def _update(line: Line, wanted: OrderLine) -> None:
    facts = {
        "description": wanted.description[:300],
        "quantity": wanted.quantity,
        "unit_amount": wanted.unit_amount,
        "amount_total": wanted.amount_total,
    }
    if line._state.adding or any(getattr(line, name) != fact for name, fact in facts.items()):
        for name, fact in facts.items():
            setattr(line, name, fact)
        line.save()


def _turned_into(visit: Visit, line: Line, wanted: OrderLine) -> Product | None:
    """Find out whether a line reads as another product than the one it was sold as."""
    other = None
    if line.product_keys and set(line.product_keys) != set(wanted.product_keys):
        mapping = _mapping(visit.connection, wanted)
        if mapping is not None and mapping.product_id != line.product_id:
            other = mapping.product
    if other is None:
        visit.settled(ExceptionKind.LINE_CHANGED, wanted, SOLD_SO)
        return None
    evidence: dict[str, object] = {
        "sold_as": line.product.sku,
        "reads_as": other.sku,
        "quantity": wanted.quantity,
    }
    visit.ask(ExceptionKind.LINE_CHANGED, wanted, evidence)
    return other


def _mapping(connection: Connection, wanted: OrderLine) -> ProductMapping | None:
    """Give what the product keys of a line say; the first that is known decides."""
    known = {
        mapping.key: mapping
        for mapping in ProductMapping.objects.filter(
            connection=connection, key__in=wanted.product_keys
        ).select_related("product")
    }
    return next((known[key] for key in wanted.product_keys if key in known), None)


def _compare_holders(visit: Visit, line: Line, wanted: OrderLine) -> None:
    differing = contradicted(line, wanted, visit.order.path)
    if differing:
        units = [ordinal + 1 for ordinal in differing[:FIRST_ORDINALS]]
        visit.ask(ExceptionKind.HOLDER_DIFFERS, wanted, {"units": units, "count": len(differing)})
    elif wanted.holders:
        visit.settled(ExceptionKind.HOLDER_DIFFERS, wanted, AGREED)
