"""What is an entitlement for, as its holder described it?"""

from uuid import UUID

from counterfoil.models import Assignment


def subject_of(entitlement_id: UUID) -> dict[str, str]:
    """Give what was answered about the subject of whoever has it now; nothing if none is known."""
    held = Assignment.objects.select_related("subject").filter(
        entitlement=entitlement_id, ended_at=None, subject__isnull=False
    )
    assignment = held.first()
    if assignment is None or assignment.subject is None:
        return {}
    return {name: str(answer) for name, answer in assignment.subject.data.items()}
