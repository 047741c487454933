"""Which assignments can still be undone: since when they stand, and what has happened since."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from counterfoil.models.entitlements import Entitlement
from counterfoil.models.ledger import Entry
from counterfoil.models.transfers import Milestone
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move


def held_since(entitlement_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """
    Tell since when their holders have had these entitlements.

    A corrected subject makes a new assignment, and begins nothing anew.
    """
    return _redeemed(entitlement_ids, besides=(Act.CORRECT_SUBJECT,))


def cut_off(entitlements: Iterable[Entitlement]) -> dict[UUID, datetime]:
    """
    Tell which of these are past the cut-off their terms name, and since when.

    What happened to an assignment counts for those it was corrected or transferred into, until
    the entitlement has gone back to where a code is needed. The terms must have been read.
    """
    named = {one.pk: one.terms.terms.cutoff for one in entitlements if one.terms.terms.cutoff}
    if not named:
        return {}
    claimed = _redeemed(named, besides=(Act.CORRECT_SUBJECT, Act.TRANSFER))
    happened = Milestone.objects.filter(
        assignment__entitlement__in=named, name__in=set(named.values())
    ).values_list("assignment__entitlement_id", "name", "recorded_at", "at")
    return {
        pk: at
        for pk, name, recorded_at, at in happened
        if named[pk] == name and pk in claimed and recorded_at >= claimed[pk]
    }


def _redeemed(entitlement_ids: Collection[UUID], *, besides: Iterable[Act]) -> dict[UUID, datetime]:
    redeemed = Entry.objects.filter(entitlement__in=entitlement_ids, move=Move.REDEEM)
    others = redeemed.exclude(act_name__in=list(besides)).order_by("seq")
    return dict(others.values_list("entitlement_id", "recorded_at"))
