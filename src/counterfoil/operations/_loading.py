"""Reading entitlements that an act is about to change, under their row locks."""

from collections.abc import Iterable
from uuid import UUID

from counterfoil.errors import EntitlementOnHold, IllegalMove, NotFound, ReasonMissing
from counterfoil.models import Entitlement
from counterfoil.rules.acts import ALLOWED, Act
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Actor, ActorKind


def lock(entitlement_ids: Iterable[UUID]) -> list[UUID]:
    """Lock these entitlements in the one order everybody locks in, and give those that exist."""
    rows = Entitlement.objects.select_for_update(of=("self",)).filter(pk__in=list(entitlement_ids))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def read(entitlement_id: UUID) -> Entitlement:
    """
    Lock and read the entitlement, whatever its state.

    :raises NotFound: if there is none.
    """
    locked = Entitlement.objects.select_for_update(of=("self",)).select_related("terms", "product")
    entitlement = locked.filter(pk=entitlement_id).first()
    if entitlement is None:
        raise NotFound("There is no such entitlement.")
    return entitlement


def load(entitlement_id: UUID, act: Act) -> Entitlement:
    """
    Lock and read the entitlement, if this act may start from its state.

    :raises NotFound: if there is none.
    :raises IllegalMove: if the act does not exist from this state.
    """
    entitlement = read(entitlement_id)
    _refuse_unless_allowed(entitlement, act)
    return entitlement


def load_free(entitlement_id: UUID, act: Act) -> Entitlement:
    """
    Lock and read the entitlement as :func:`load` does, and refuse it while it is on hold.

    :raises EntitlementOnHold: if somebody has suspended it.
    """
    entitlement = read(entitlement_id)
    refuse_unless_free(entitlement, act)
    return entitlement


def refuse_unless_free(entitlement: Entitlement, act: Act) -> None:
    """
    Refuse an act on an entitlement that was read under its lock.

    :raises IllegalMove: if the act does not exist from its state.
    :raises EntitlementOnHold: if somebody has suspended it.
    """
    _refuse_unless_allowed(entitlement, act)
    if entitlement.held_count:
        raise EntitlementOnHold


def _refuse_unless_allowed(entitlement: Entitlement, act: Act) -> None:
    if entitlement.state not in ALLOWED[act]:
        raise IllegalMove(f"This entitlement is {State(entitlement.state).value}.")


def require_reason(by: Actor, reason: str) -> None:
    """
    Refuse an operator who does not say why.

    :raises ReasonMissing: if staff gave no reason.
    """
    if by.kind is ActorKind.OPERATOR and not reason.strip():
        raise ReasonMissing
