"""Who has an entitlement now?"""

from uuid import UUID

from counterfoil.errors import NotAssigned, NotFound
from counterfoil.models import Assignment, Entitlement


def standing_assignment(entitlement_id: UUID) -> Assignment:
    """
    Find the assignment by which somebody has an entitlement now.

    :raises NotFound: if there is no such entitlement.
    :raises NotAssigned: if nobody has it.
    """
    held = Assignment.objects.select_related("entitlement").filter(
        entitlement=entitlement_id, ended_at=None
    )
    found = held.first()
    if found is not None:
        return found
    if not Entitlement.objects.filter(pk=entitlement_id).exists():
        raise NotFound("There is no such entitlement.")
    raise NotAssigned
