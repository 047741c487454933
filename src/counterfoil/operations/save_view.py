"""Keep a list with its filters under a name."""

from datetime import datetime
from enum import StrEnum

from django.db import connection, transaction

from counterfoil.errors import TooManyViews, ViewInvalid
from counterfoil.models import SavedView
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor
from counterfoil.rules.remarks import masked_ticket

MOST = 50  # of one person
NAME_MAX, QUERY_MAX = 80, 1_000


class Audience(StrEnum):
    """Who sees a view."""

    OWNER = "owner"
    EVERYBODY = "everybody"


@transaction.atomic
def save_view(
    *, list_name: str, name: str, query: str, audience: Audience, by: Actor, at: datetime
) -> SavedView:
    """
    Keep what stands in the address of a list; one of the same name of this person is replaced.

    Codes and addresses in the name are masked. That others are shown it is kept in the audit.

    :raises ViewInvalid: if there is no name, or the filters are longer than an address may be.
    :raises TooManyViews: if this person has as many as one may.
    """
    named = masked_ticket(name)[:NAME_MAX].strip()
    if not named or len(query) > QUERY_MAX:
        raise ViewInvalid
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"view:{by.id}"])
    own = SavedView.objects.filter(owner_id=by.id)
    kept = own.filter(list_name=list_name, name=named).first()
    if kept is None and own.count() >= MOST:
        raise TooManyViews
    is_shared = audience is Audience.EVERYBODY
    found = kept or SavedView(owner_id=by.id, list_name=list_name, name=named, created_at=at)
    was_shared = kept is not None and kept.is_shared
    found.query, found.is_shared, found.owner_display = query, is_shared, by.display
    found.save()
    if is_shared or was_shared:
        data = {"list": list_name, "query": query, "audience": audience.value}
        note("save_view", connection=None, subject=f"view:{found.pk}", by=by, at=at, data=data)
    return found
