"""What lies between a holder and undoing: the cut-off of the terms, and the window."""

from datetime import datetime, timedelta

from counterfoil.errors import CutoffPassed, NotAssigned, UndoWindowOver
from counterfoil.models import Assignment, Entitlement
from counterfoil.models.undoing import cut_off, held_since
from counterfoil.rules.people import Actor, ActorKind


def holding(entitlement: Entitlement, by: Actor) -> Assignment:
    """
    Give the assignment by which somebody has an entitlement that was read under its lock.

    :raises NotAssigned: if nobody has it, or not the customer who acts.
    """
    held = Assignment.objects.filter(entitlement=entitlement, ended_at=None).first()
    if held is None or (by.kind is ActorKind.CUSTOMER and by.id != str(held.account_id)):
        raise NotAssigned
    return held


def refuse_after_cutoff(entitlement: Entitlement, by: Actor) -> dict[str, str]:
    """
    Refuse everybody but staff once the cut-off is past; gives what the entry keeps of overriding.

    :raises CutoffPassed: if what the terms name has happened.
    """
    if entitlement.pk not in cut_off([entitlement]):
        return {}
    if by.kind is not ActorKind.OPERATOR:
        raise CutoffPassed
    return {"despite": entitlement.terms.terms.cutoff}


def refuse_after_window(entitlement: Entitlement, by: Actor, at: datetime) -> None:
    """
    Refuse a customer who comes later than the terms allow.

    :raises UndoWindowOver: if the window is over.
    """
    window = timedelta(hours=entitlement.terms.terms.undo_hours)
    if by.kind is ActorKind.CUSTOMER and at > held_since([entitlement.pk])[entitlement.pk] + window:
        raise UndoWindowOver
