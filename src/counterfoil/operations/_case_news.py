"""What other systems are told of an exception: which one, of what kind, and how it was settled."""

from datetime import datetime

from counterfoil.models import ExceptionCase
from counterfoil.models.ids import handle_of
from counterfoil.operations._announcing import announce
from counterfoil.rules.events import EventType


def tell_opened(case: ExceptionCase, *, at: datetime) -> None:
    """Tell of one that was opened; no partner is told, for it is the house that settles it."""
    announce(EventType.EXCEPTION_OPENED, _about(case), at=at, purchase=case.purchase)


def tell_resolved(case: ExceptionCase, *, at: datetime) -> None:
    """Tell of one that was settled, by which way, and not in which words."""
    told = _about(case) | {"resolution": case.resolution}
    announce(EventType.EXCEPTION_RESOLVED, told, at=at, purchase=case.purchase)


def _about(case: ExceptionCase) -> dict[str, object]:
    about = case.entitlement_id
    return {
        "exception": str(case.pk),
        "kind": case.kind,
        "entitlement": handle_of(about) if about else None,
    }
