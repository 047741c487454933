"""Sign how far the ledger goes, so that whoever can write to the database cannot make it anew."""

from datetime import datetime

from django.db import connection, transaction

from counterfoil.models import AuditEntry, Seal
from counterfoil.models.checkpoints import SIGNED, is_current, newest, signed
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor

LOCK = 6_043_871_140  # any number nobody else uses


@transaction.atomic
def sign_checkpoint(*, by: Actor, at: datetime) -> AuditEntry | None:
    """
    Keep the newest link and its hash, signed with a key of the ring; none if nothing is new.

    A new key is new enough: whatever an older one has signed is worth nothing once that is gone.

    The chain is to be checked before this, also against the checkpoints there are: what is signed
    here is taken for the truth from then on.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    link = Seal.objects.order_by("-seal_seq").first()
    last = newest()
    if link is None:
        return None
    if last and link.seal_seq <= last.data["links"] and is_current(last.data):
        return None
    nth = last.data["nth"] + 1 if last else 1
    data = signed(nth=nth, links=link.seal_seq, head=bytes(link.hash).hex())
    return note(SIGNED, connection=None, subject="ledger", by=by, at=at, data=data)
