"""
Following a suggestion: once, by one, and only while it is as it was said.

What settles a case is done in one transaction with closing it, after it: entitlements are locked
before cases everywhere. So of two who follow at once, the second is refused with everything it did.
What is only tried may ask a channel, and is done outside of any transaction.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from counterfoil.errors import CounterfoilError, NotFound, SituationChanged
from counterfoil.models import ExceptionCase
from counterfoil.models.cases import refuse_of_another, refuse_settled
from counterfoil.operations.record_case_step import record_case_step
from counterfoil.operations.settle_case import settle_case
from counterfoil.playbooks.catalogue import playbook_of
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Suggestion

ABOUT = (
    "purchase__grantrecord",
    "purchase__connection",
    "purchase__partner",
    "entitlement__product",
    "entitlement__purchase__grantrecord",
    "entitlement__purchase__connection",
    "message__connection",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Followed:
    """What came of it, and whether the case is settled now."""

    told: str
    is_settled: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """A case as its playbook tells it: what was found, and what can be done as it stands now."""

    facts: tuple[Fact, ...]
    suggestions: tuple[Suggestion, ...]
    leads: tuple[Lead, ...]


def tell(case_id: UUID) -> Open:
    """
    Tell of a case what its playbook says; of a settled one only what was found.

    :raises NotFound: if there is no such case.
    """
    case = _read(case_id)
    playbook = playbook_of(case.kind)
    ways = tuple(playbook.suggests(case)) if case.resolved_at is None else ()
    return Open(
        facts=tuple(playbook.facts(case)),
        suggestions=tuple(one for one in ways if isinstance(one, Suggestion)),
        leads=tuple(one for one in ways if isinstance(one, Lead)),
    )


def suggestion_of(case_id: UUID, name: str, *, mark: str) -> Suggestion:
    """
    Give the suggestion that somebody was shown, if it still says the same.

    :raises NotFound: if there is no such case.
    :raises CaseSettled: if it was settled in the meantime.
    :raises SituationChanged: if that is suggested no more, or would do something else by now.
    """
    case = _read(case_id)
    refuse_settled(case)
    for one in playbook_of(case.kind).suggests(case):
        if isinstance(one, Suggestion) and one.name == name and one.mark == mark:
            return one
    raise SituationChanged


def follow(case_id: UUID, name: str, *, mark: str, doing: Doing) -> Followed:
    """
    Do what was suggested.

    :raises CaseSettled: if somebody was first.
    :raises CaseTaken: if somebody else works on the case.
    :raises SituationChanged: if it is not as it was shown any more.
    :raises CounterfoilError: whatever the act itself refuses; nothing was changed.
    """
    chosen = suggestion_of(case_id, name, mark=mark)
    refuse_of_another(_read(case_id), doing.by)
    if not chosen.outcome:
        return _try(case_id, chosen, doing)
    try:
        with transaction.atomic():
            # Read again in the transaction in which it is done.
            chosen = suggestion_of(case_id, name, mark=mark)
            told = chosen.do(doing)
            _settle(case_id, chosen, told, doing)
    except CounterfoilError:
        refuse_settled(_read(case_id))  # whoever was first has done it: that is what to be told
        raise
    return Followed(told=told, is_settled=True)


def _settle(case_id: UUID, chosen: Suggestion, told: str, doing: Doing) -> None:
    """Close the case, unless the act itself has just done so, as some do."""
    by_itself = {"resolved_at": doing.at, "resolved_by": (doing.by.display or doing.by.id)[:64]}
    if ExceptionCase.objects.filter(pk=case_id, **by_itself).exists():
        record_case_step(case_id=case_id, step=chosen.name, told=told, by=doing.by, at=doing.at)
        return
    settle_case(
        case_id=case_id,
        outcome=f"{chosen.outcome} {doing.comment}".strip(),
        resolution=chosen.name,
        by=doing.by,
        at=doing.at,
    )


def _try(case_id: UUID, chosen: Suggestion, doing: Doing) -> Followed:
    told = chosen.do(doing)
    case = record_case_step(case_id=case_id, step=chosen.name, told=told, by=doing.by, at=doing.at)
    return Followed(told=told, is_settled=case.resolved_at is not None)


def _read(case_id: UUID) -> ExceptionCase:
    case = ExceptionCase.objects.select_related(*ABOUT).filter(pk=case_id).first()
    if case is None:
        raise NotFound("There is no such exception.")
    return case
