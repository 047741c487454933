"""End every session of an account."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Account
from counterfoil.rules.people import Actor


@transaction.atomic
def sign_out_everywhere(*, account_id: UUID, by: Actor, at: datetime) -> None:
    """
    Let no session count in which somebody signed in to this account before this moment.

    Sessions are kept by the host, maybe in a cookie, so they are not deleted: they say since when
    they are, and are not believed any more.
    """
    Account.objects.filter(pk=account_id).update(signed_out_at=at)
