"""Write down who takes the ledger out, before they do."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from counterfoil.models import AuditEntry, Seal
from counterfoil.operations._auditing import note
from counterfoil.operations._exporting import begin
from counterfoil.rules.people import Actor


@transaction.atomic
def export_ledger(*, what: str, query: str, by: Actor, at: datetime) -> AuditEntry:
    """
    Keep that somebody exports the chain, or what a question finds in the ledger.

    ``links`` of what is kept is the number of the last link there is, so that what is exported
    has an end. The file is on its way from then on, as with :func:`record_export`.

    :raises TooManyExports: if as many files are being sent as may be.
    """
    last = Seal.objects.aggregate(last=Max("seal_seq"))["last"] or 0
    data = {"list": what, "query": query[:1000], "links": last}
    kept = note("export", connection=None, subject=what, by=by, at=at, data=data)
    return begin(kept, by=by, at=at)
