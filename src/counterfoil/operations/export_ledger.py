"""Write down who takes the ledger out, before they do."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from counterfoil.models import Seal
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor


@transaction.atomic
def export_ledger(*, what: str, query: str, by: Actor, at: datetime) -> int:
    """
    Keep that somebody exports the chain, or what a question finds in the ledger.

    Gives the number of the last link there is, so that what is exported has an end.
    """
    last = Seal.objects.aggregate(last=Max("seal_seq"))["last"] or 0
    data = {"list": what, "query": query[:1000], "links": last}
    note("export", connection=None, subject=what, by=by, at=at, data=data)
    return last
