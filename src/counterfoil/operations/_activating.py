"""Selling what was printed: which units are meant, and moving them into a sale."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from counterfoil.errors import (
    CodeReplaced,
    EntitlementAlreadySold,
    EntitlementOnHold,
    EntitlementRevoked,
    NotFound,
    NotPrinted,
    SaleInvalid,
)
from counterfoil.models import CodeState, Connection, Entitlement, Line, Purchase
from counterfoil.models.ids import PREFIX, id_of, uuid7
from counterfoil.operations import _credentials, _ledger
from counterfoil.rules.acts import Act
from counterfoil.rules.declared import DeclaredLine, DeclaredOrderBody
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import Actor

PICKED = """
SELECT e.id, e.version, e.state FROM counterfoil_entitlement e
 WHERE e.id = %(unit)s AND e.batch IS NOT NULL AND e.held_count = 0"""


def unit_of(presented: str) -> UUID:
    """
    Give the entitlement behind what was scanned or typed: a code, a link, or a handle.

    :raises CodeMalformed: if it is none of these.
    :raises CodeNotFound: if no entitlement carries this code.
    :raises NotFound: if there is no such entitlement.
    :raises CodeReplaced: if the code was replaced, so the box carries the wrong one.
    """
    text = presented.strip().rsplit("#", 1)[-1]
    if text.lower().startswith(PREFIX):
        found = Entitlement.objects.filter(pk=id_of(text)).first()
        if found is None:
            raise NotFound("There is no such entitlement.")
        return found.pk
    facts = _credentials.find(_credentials.read_credential(text))
    if facts.code_state is CodeState.REPLACED:
        raise CodeReplaced
    return facts.entitlement_id


def lock_units(unit_ids: Iterable[UUID]) -> list[Entitlement]:
    """Lock these units in the order everybody locks in."""
    rows = Entitlement.objects.select_for_update(of=("self",)).filter(pk__in=set(unit_ids))
    found = list(rows.order_by("pk"))
    related = Entitlement.objects.select_related("terms", "product", "batch", "purchase")
    return list(related.filter(pk__in=[one.pk for one in found]).order_by("pk"))


def refuse_strangers(units: Iterable[Entitlement], place: Connection) -> None:
    """
    Refuse a partner's till what is not that partner's; it learns nothing about it.

    :raises NotFound: if one is of another partner, or of the house.
    """
    if place.partner_id is not None and any(one.partner_id != place.partner_id for one in units):
        raise NotFound("There is no such entitlement.")


def unsold(units: Iterable[Entitlement], sale: Purchase) -> list[Entitlement]:
    """
    Give those that can be sold now; those in this very sale already are left out.

    :raises EntitlementAlreadySold: if one was sold otherwise, saying when and under which number.
    :raises EntitlementRevoked: if one was withdrawn; also EntitlementOnHold, NotPrinted.
    """
    selling = []
    for unit in units:
        if unit.batch_id is None:
            raise NotPrinted(f"{unit.handle} was not printed to be sold at a till.")
        if unit.state == State.REVOKED:
            raise EntitlementRevoked(f"{unit.handle} was withdrawn. Do not sell it.")
        if unit.purchase is not None:
            if unit.purchase_id != sale.pk:
                raise EntitlementAlreadySold(_sold(unit, unit.purchase))
            continue
        if unit.held_count:
            raise EntitlementOnHold(f"{unit.handle} is on hold. Do not sell it.")
        selling.append(unit)
    return selling


def refuse_mixture(units: Iterable[Entitlement], sale: Purchase) -> None:
    """
    Refuse what cannot stand in one sale.

    :raises SaleInvalid: if it is of another partner, or test where the sale is not.
    """
    for unit in units:
        if unit.is_test != sale.is_test:
            what = "a test unit" if unit.is_test else "no test unit"
            raise SaleInvalid(f"{unit.handle} is {what}, and this point of sale sells others.")
        if unit.partner_id != sale.partner_id:
            raise SaleInvalid(f"{unit.handle} belongs to another partner than this sale.")


def sell(
    sale: Purchase, units: Iterable[Entitlement], *, till: str, by: Actor, at: datetime
) -> None:
    """
    Move locked units into a sale that was locked before; validity starts now.

    Each is a line of its own, named by its handle, and keeps the terms it was printed under.

    :raises EntitlementAlreadySold: if one changed hands since it was read.
    """
    act = uuid7()
    for unit in units:
        line = Line.objects.create(
            purchase=sale,
            external_line=unit.handle,
            product=unit.product,
            description=described(unit, till),
            quantity=1,
            units_paid=1,
        )
        changed = _ledger.record(
            _ledger.Change(
                act=Act.ACTIVATE_AT_SALE,
                by=by,
                at=at,
                move=Move.ISSUE,
                to=State.ISSUED,
                act_id=act,
                data={"sale": sale.external_reference, **({"till": till} if till else {})},
            ),
            picked=PICKED,
            parameters={
                "unit": unit.pk,
                "purchase": sale.pk,
                "line": line.pk,
                "expires_at": unit.terms.terms.expires_at(at),
            },
            sets="purchase_id = %(purchase)s, line_id = %(line)s, ordinal = 0,"
            " expires_at = %(expires_at)s",
        )
        if not changed:
            raise EntitlementAlreadySold


def as_told(sale: Purchase, sold: Iterable[Entitlement], *, till: str) -> DeclaredOrderBody:
    """Give a sale as an order that was told, so that comparing and re-syncing find it."""
    return DeclaredOrderBody(
        reference=sale.external_reference,
        currency=sale.currency,
        lines=tuple(
            DeclaredLine(
                reference=unit.handle,
                sku=unit.product.sku,
                quantity=1,
                description=described(unit, till),
            )
            for unit in sold
        ),
        notify=False,
    )


def described(unit: Entitlement, till: str) -> str:
    """Say what was sold where, as a line of the sale."""
    return (f"{unit.product.name}, till {till}" if till else unit.product.name)[:300]


def _sold(unit: Entitlement, sale: Purchase) -> str:
    return (
        f"{unit.handle} was sold on {sale.paid_at:%Y-%m-%d at %H:%M} UTC"
        f" under {sale.external_reference}."
    )
