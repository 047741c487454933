"""A kind of case that a host brings: one file, named in the settings."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from counterfoil.models import Entitlement, ExceptionCase
from counterfoil.operations.replace_code import replace_code
from counterfoil.playbooks.playbook import Doing, Fact, Found, Playbook, Suggestion
from counterfoil.rules.exceptions import CaseKind
from counterfoil.rules.permissions import Permission

LOST: dict[str, datetime] = {}
"""What the host's own system says: handles of what was lost in the post, and when."""


def find(_now: datetime) -> Iterable[Found]:
    """Ask the host's own system."""
    for handle, last in LOST.items():
        unit = next(one for one in Entitlement.objects.all() if one.handle == handle)
        yield Found(
            key=handle,
            evidence={"carrier": "Post"},
            last=last,
            entitlement=unit,
            purchase=unit.purchase,
        )


def gone(case: ExceptionCase, _now: datetime) -> str:
    """Close what turned up again."""
    return "" if case.key in LOST else "It turned up again."


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell who carried it."""
    yield Fact(label="Carrier", text=str(case.evidence["carrier"]), about=case.key)


def suggests(case: ExceptionCase) -> Iterable[Suggestion]:
    """Send a new card."""
    if case.entitlement is not None:
        yield Suggestion(
            name="send_new_card",
            label="Send a new card",
            will=("A new card with a new code is printed; the lost one is worth nothing.",),
            permission=Permission.REPLACE_CODE,
            do=partial(_replace, case.entitlement.pk),
            outcome="A new card was sent.",
        )


def _replace(unit: UUID, doing: Doing) -> str:
    replace_code(entitlement_id=unit, **doing.why("lost"))
    return "The new card goes out tomorrow."


PLAYBOOK = Playbook(
    kind=CaseKind(
        name="lost_parcel",
        title="Parcel lost in the post",
        summary="The card never arrived.",
        due=timedelta(days=2),
    ),
    arises="The carrier says so.",
    facts=facts,
    suggests=suggests,
    find=find,
    gone=gone,
)
