"""Remember that a file of a list was sent to its end."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.operations._exporting import end
from counterfoil.rules.people import Actor


@transaction.atomic
def end_export(*, export_id: UUID, by: Actor, at: datetime) -> None:
    """Let another file be sent: this one has arrived. That it was taken is kept already."""
    del by, at
    end(export_id)
