"""Selling what was printed: which units are meant, and moving them into a sale."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
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
from counterfoil.models import Code, CodeState, Entitlement, Line, Purchase
from counterfoil.models.ids import PREFIX, id_of, uuid7
from counterfoil.operations import _credentials, _ledger
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import Actor

PICKED = """
SELECT e.id, e.version, e.state, n.ordinal
  FROM counterfoil_entitlement e
  JOIN unnest(%(units)s::uuid[], %(ordinals)s::int[]) AS n(id, ordinal) ON n.id = e.id
 WHERE e.batch IS NOT NULL AND e.held_count = 0"""


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
    line: Line, units: Sequence[Entitlement], *, by: Actor, at: datetime, act_id: UUID | None = None
) -> None:
    """
    Move minted units into a line of a sale that was locked before; validity starts now.

    They keep the terms they were printed under, and are numbered on from what the line has.

    :raises EntitlementAlreadySold: if one changed hands since it was read.
    """
    act = act_id or uuid7()
    numbered = dict(zip([unit.pk for unit in units], range(line.units_paid, 100_000), strict=False))
    by_terms = defaultdict(list)
    for unit in units:
        by_terms[unit.terms].append(unit.pk)
    for terms, ids in by_terms.items():
        changed = _ledger.record(
            _ledger.Change(
                act=Act.ACTIVATE_AT_SALE,
                by=by,
                at=at,
                move=Move.ISSUE,
                to=State.ISSUED,
                act_id=act,
                data={"sale": line.purchase.external_reference},
            ),
            picked=PICKED,
            parameters={
                "units": ids,
                "ordinals": [numbered[one] for one in ids],
                "purchase": line.purchase_id,
                "line": line.pk,
                "expires_at": terms.terms.expires_at(at),
            },
            sets="purchase_id = %(purchase)s, line_id = %(line)s, ordinal = p.ordinal,"
            " expires_at = %(expires_at)s",
        )
        if len(changed) != len(ids):
            raise EntitlementAlreadySold
    line.units_paid += len(units)
    line.quantity = line.units_paid // line.entitlements_per_unit
    line.save(update_fields=["units_paid", "quantity"])


def last_four_of(unit: Entitlement) -> str:
    """Give the end of the code it carries, as it is printed."""
    code = Code.objects.filter(entitlement=unit).order_by("-created_at").first()
    return code.last_four if code else ""


def _sold(unit: Entitlement, sale: Purchase) -> str:
    return (
        f"{unit.handle} was sold on {sale.paid_at:%Y-%m-%d at %H:%M} UTC"
        f" under {sale.external_reference}."
    )
