"""Acting upon what was shown: a page that is out of date does nothing, and says what happened."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.db import transaction

from counterfoil.errors import StaleEntitlement
from counterfoil.intake.retrying import with_retries
from counterfoil.models import Entitlement, Entry, Purchase
from counterfoil.models.ids import handle_of
from counterfoil.queries.traced import Trace
from counterfoil.rules.acts import Act

Result = TypeVar("Result")
OF_THE_PURCHASE = frozenset({Act.DECIDE_REFUND, Act.CORRECT_BUYER})
"""Acts that lock the purchase, which everybody locks before its entitlements."""


class Happened(NamedTuple):
    """Something that was done to an entitlement since a page was opened."""

    at: datetime
    who: str
    what: str


def as_shown(act: Act, entitlement_id: UUID, version: int, do: Callable[[], Result]) -> Result:
    """
    Act if the entitlement still stands as it was shown, in one transaction.

    Of two who act upon the same page at once the second waits for the first, and then nothing is
    done for them.

    :raises StaleEntitlement: if it moved.
    :raises CounterfoilError: whatever the act refuses.
    """

    def once() -> Result:
        with transaction.atomic():
            if act in OF_THE_PURCHASE:
                of_purchase = Purchase.objects.select_for_update(of=("self",))
                of_purchase.filter(entitlements=entitlement_id).first()
            rows = Entitlement.objects.select_for_update(of=("self",))
            if not rows.filter(pk=entitlement_id, version=version).exists():
                raise StaleEntitlement
            return do()

    return with_retries(once)


def since(told: Trace, entitlement_id: UUID, version: int) -> list[Happened]:
    """Tell what was done since it had this version, the first first."""
    handle = handle_of(entitlement_id)
    newer = Entry.objects.filter(entitlement=entitlement_id, seq__gt=version)
    marks = {f"entry-{handle}-{seq}" for seq in newer.values_list("seq", flat=True)}
    events = [one for one in told.timeline if marks.intersection(one.marks)]
    return [Happened(one.at, one.who, one.what) for one in reversed(events)]


def entry_of(entitlement_id: UUID, *, by: str, after: int) -> str:
    """Give the place on the trace where the entry of what was just done stands, if there is one."""
    mine = Entry.objects.filter(entitlement=entitlement_id, actor_id=by, seq__gt=after)
    seq = mine.order_by("-seq").values_list("seq", flat=True).first()
    return f"#entry-{handle_of(entitlement_id)}-{seq}" if seq else ""


def entry_made(entitlement_ids: Iterable[UUID], *, by: str, at: datetime) -> str:
    """Give the place on the trace of the first entry that an act of this moment has made."""
    made = Entry.objects.filter(entitlement__in=list(entitlement_ids), actor_id=by, at=at)
    first = made.order_by("entitlement_id", "seq").values_list("entitlement_id", "seq").first()
    return f"#entry-{handle_of(first[0])}-{first[1]}" if first else ""
