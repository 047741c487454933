"""Give purchases to the accounts of those who made them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from counterfoil.models import Account, Purchase
from counterfoil.rules.people import Actor

LINK = """
UPDATE counterfoil_purchase p SET account_id = coalesce(a.merged_into_id, a.id)
  FROM counterfoil_account a
 WHERE p.id = ANY(%(purchases)s::uuid[]) AND p.account_id IS NULL AND a.person_id = p.buyer_id
"""


@transaction.atomic
def link_account(*, purchase_ids: Collection[UUID], by: Actor, at: datetime) -> int:
    """
    Give purchases to the accounts of their buyers, making the accounts that are missing.

    A purchase that has an account keeps it, and one without a buyer stays nobody's, so the call
    may be repeated. The rights of the account rest on reading its address: whoever signs in with
    it finds what was bought. Returns how many purchases were linked.
    """
    unlinked = Purchase.objects.select_for_update(of=("self",)).filter(
        pk__in=list(purchase_ids), account=None, buyer__isnull=False
    )
    found = dict(unlinked.order_by("pk").values_list("pk", "buyer_id"))
    if not found:
        return 0
    accounts = [Account(person_id=buyer, created_at=at) for buyer in sorted(set(found.values()))]
    Account.objects.bulk_create(accounts, ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute(LINK, {"purchases": list(found)})
    return len(found)
