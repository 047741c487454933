"""Which account is this?"""

from uuid import UUID

from django.db import connection

from counterfoil.models import Account, Person

BY_REFERENCE = """
SELECT coalesce(merged_into_id, id) FROM counterfoil_account WHERE external_reference = %s"""


def account_by_reference(external_reference: str) -> UUID | None:
    """Find the account the host knows by this reference, or ``None``; the empty one names none."""
    if not external_reference:
        return None
    with connection.cursor() as cursor:
        cursor.execute(BY_REFERENCE, [external_reference])
        row = cursor.fetchone()
    return row[0] if row else None


def account_by_mail(mail: str) -> UUID | None:
    """Find the account of whoever reads this address, or ``None``; of a merged one, the other."""
    person = Person.objects.one_reading(mail)
    account = Account.objects.filter(person=person).first() if person else None
    return (account.merged_into_id or account.pk) if account else None
