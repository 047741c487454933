"""What all acts on a case begin with: it is open, and nobody else changes it meanwhile."""

from uuid import UUID

from counterfoil.errors import NotFound
from counterfoil.models import ExceptionCase
from counterfoil.models.cases import refuse_settled


def lock_open(case_id: UUID) -> ExceptionCase:
    """
    Lock a case that is open.

    Whoever also locks entitlements does that first: they are locked before cases everywhere.

    :raises NotFound: if there is none.
    :raises CaseSettled: if it was settled, saying by whom.
    """
    case = ExceptionCase.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise NotFound("There is no such exception.")
    refuse_settled(case)
    return case
