"""Cases: whether one is open, whose it is, and which members of staff work on them."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from counterfoil.errors import CaseSettled, CaseTaken
from counterfoil.models.support import ExceptionCase
from counterfoil.models.users import called, staff_who_may
from counterfoil.rules.people import SYSTEM, Actor
from counterfoil.rules.permissions import Permission

WORKS_ON_CASES = Permission.ANNOTATE
"""Who may write notes works on cases: an auditor, who writes nothing, takes none on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """A member of staff a case can be given to; named as the ledger names them."""

    id: str
    display: str


def refuse_settled(case: ExceptionCase) -> None:
    """
    Refuse to go on with what is settled.

    :raises CaseSettled: saying by whom, and what came of it.
    """
    if case.resolved_at is not None:
        told = f"{case.resolved_by} has settled this already: {case.outcome}"
        raise CaseSettled(f"{told} Nothing was changed.")


def refuse_of_another(case: ExceptionCase, by: Actor) -> None:
    """
    Refuse staff, and machines with a key, what somebody else has taken on.

    The system itself settles what is gone all the same.

    :raises CaseTaken: saying who has it.
    """
    if by.id != SYSTEM.id and case.owner_id not in ("", by.id):
        raise CaseTaken(f"{case.owner_display} works on this case. Take it over first.")


def possible_owners() -> tuple[Owner, ...]:
    """Give everybody who works on cases, by name."""
    return tuple(
        sorted(
            (_owner(user) for user in staff_who_may(WORKS_ON_CASES)),
            key=lambda one: one.display.lower(),
        )
    )


def owner_named(owner_id: str) -> Owner | None:
    """Give whoever works on cases under this id, or nobody."""
    try:
        key = get_user_model()._meta.pk.to_python(owner_id)
    except ValidationError:
        return None
    user = staff_who_may(WORKS_ON_CASES).filter(pk=key).first() if "\x00" not in owner_id else None
    return _owner(user) if user is not None else None


def _owner(user: Any) -> Owner:
    return Owner(id=str(user.pk), display=called(user)[:100])
