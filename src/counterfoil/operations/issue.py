"""Issue what a line was paid for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import GrantRecord, Line, PurchaseKind
from counterfoil.models.ids import uuid7
from counterfoil.operations import _ledger
from counterfoil.operations._codes import give_codes
from counterfoil.operations._holding import assign_units, assignees
from counterfoil.operations._suspending import settle_new
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.orders import OrderHolder
from counterfoil.rules.people import Actor

BATCH = 5_000


@transaction.atomic
def issue(
    *,
    line: Line,
    units: int,
    by: Actor,
    at: datetime,
    act: Act = Act.ISSUE,
    act_id: UUID | None = None,
    holders: Sequence[OrderHolder] = (),
) -> int:
    """
    Issue the entitlements a line still lacks, until it has ``units`` of them, and their codes.

    A line that has as many already is left alone, so the call may be repeated; a lower number
    withdraws nothing. The terms are those the product is sold under now. ``act_id`` ties it to
    what is issued beside it, so that the buyer is told once. A unit that has a holder already, by
    its ordinal, is assigned in the same act and never has a code. Returns how many were issued.
    """
    line = Line.objects.select_for_update(of=("self",)).select_related("purchase").get(pk=line.pk)
    first = line.units_paid
    if units <= first:
        return 0
    terms = line.product.newest_terms()
    expires_at = terms.terms.expires_at(at)
    change = _ledger.Change(
        act=act, by=by, at=at, move=Move.ISSUE, to=State.ISSUED, act_id=act_id or uuid7()
    )
    allotment = _allotment(line)
    for start in range(first, units, BATCH):
        ordinals = range(start, min(start + BATCH, units))
        ids = [uuid7() for _ in ordinals]
        parameters = {
            "purchase": line.purchase_id,
            "line": line.pk,
            "batch": None,
            "product": line.product_id,
            "terms": terms.pk,
            "partner": line.purchase.partner_id,
            "allotment": allotment,
            "is_test": line.purchase.is_test,
            "expires_at": expires_at,
        }
        _ledger.create(change, ids=ids, ordinals=ordinals, parameters=parameters)
        held = dict(zip(ids, holders[start : start + len(ids)], strict=False))
        free = ids[len(held) :]
        give_codes(forms=dict.fromkeys(free, terms.terms.code_form), at=at)
        _assign(line, held, change)
        if line.purchase.partner_id is not None:
            settle_new(free, by=by, at=at)  # as its partner may be suspended
    Line.objects.filter(pk=line.pk).update(units_paid=units)
    return units - first


def _allotment(line: Line) -> UUID | None:
    """Give the allotment into which a grant to a partner goes."""
    if line.purchase.kind != PurchaseKind.GRANT:
        return None
    granted = GrantRecord.objects.filter(pk=line.purchase_id)
    return granted.values_list("allotment", flat=True).first()


def _assign(line: Line, held: Mapping[UUID, OrderHolder], change: _ledger.Change) -> None:
    if held:
        found = assignees(held.values(), line, at=change.at)
        assign_units(
            dict(zip(held, found, strict=True)),
            act_id=change.act_id,
            by=change.by,
            at=change.at,
        )
