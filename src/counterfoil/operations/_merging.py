"""
Handing everything of one account over to another.

Rows are locked in the order in which everybody locks: purchases, entitlements, accounts. Whoever
assigns something to the account at the same moment either has done so before the accounts are
locked, and what they assigned is looked for once more; or waits, and then assigns it to the heir
(see ``ASSIGN``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from counterfoil.errors import AccountMerged, NotFound, SameAccount
from counterfoil.models import Account, Assignment, Purchase, Reservation, Subject
from counterfoil.operations import _ledger
from counterfoil.operations._auditing import note
from counterfoil.operations._loading import lock
from counterfoil.operations._moving import give_purchases, take_along
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor

AFFECTED = """
SELECT entitlement_id FROM counterfoil_assignment
 WHERE account_id = %(merged)s AND ended_at IS NULL
UNION SELECT id FROM counterfoil_entitlement WHERE reserved_for_id = %(merged)s
UNION SELECT id FROM counterfoil_entitlement WHERE bound_to_id = %(merged)s
UNION SELECT e.id FROM counterfoil_entitlement e JOIN counterfoil_purchase p ON p.id = e.purchase_id
       WHERE p.account_id = %(merged)s
"""

PICKED = "SELECT id, version, state FROM counterfoil_entitlement WHERE id = ANY(%(ids)s::uuid[])"

FOLLOWS = """
reserved_for_id = CASE e.reserved_for_id WHEN %(merged)s THEN %(heir)s ELSE e.reserved_for_id END,
bound_to_id = CASE e.bound_to_id WHEN %(merged)s THEN %(heir)s ELSE e.bound_to_id END"""

HELD = """
held AS (
    UPDATE counterfoil_assignment a SET account_id = %(heir)s
      FROM changed
     WHERE a.entitlement_id = changed.id AND a.account_id = %(merged)s AND a.ended_at IS NULL
 RETURNING a.id
)"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two accounts, locked, and the entitlements that go from one to the other, locked as well."""

    survivor: Account
    merged: Account
    entitlement_ids: Sequence[UUID]

    @property
    def is_done(self) -> bool:
        """Tell whether the one was merged into the other already."""
        return self.merged.merged_into_id == self.survivor.pk


def lock_both(survivor_id: UUID, merged_id: UUID) -> Pair:
    """
    Lock two accounts and everything that would go from one to the other.

    :raises NotFound: if there is no such account.
    :raises SameAccount: if both are the same.
    :raises AccountMerged: if one of them was merged into a third.
    """
    if survivor_id == merged_id:
        raise SameAccount
    theirs = Purchase.objects.select_for_update().filter(account=merged_id).order_by("pk")
    list(theirs.values_list("pk", flat=True))
    lock(_affected(merged_id))
    pair = (survivor_id, merged_id)
    locked = Account.objects.select_for_update(of=("self",)).select_related("person")
    accounts = {one.pk: one for one in locked.filter(pk__in=pair).order_by("pk")}
    if len(accounts) < 2:
        raise NotFound("There is no such account.")
    survivor, merged = accounts[survivor_id], accounts[merged_id]
    if survivor.merged_into_id is not None or merged.merged_into_id not in (None, survivor_id):
        raise AccountMerged
    return Pair(survivor, merged, lock(_affected(merged_id)))


def hand_over_entitlements(pair: Pair, *, by: Actor, at: datetime, reason: str) -> None:
    """Let what the merged account has, or is to have, be the survivor's; an entry for each."""
    if pair.entitlement_ids:
        _ledger.record(
            _ledger.Change(
                act=Act.MERGE_ACCOUNTS,
                by=by,
                at=at,
                reason=reason,
                data={"merged": str(pair.merged.pk), "into": str(pair.survivor.pk)},
            ),
            picked=PICKED,
            parameters={
                "ids": list(pair.entitlement_ids),
                "merged": pair.merged.pk,
                "heir": pair.survivor.pk,
            },
            sets=FOLLOWS,
            also=(HELD,),
        )


def hand_over_records(pair: Pair, *, at: datetime) -> None:
    """Let purchases, subjects, reservations and what is over be the survivor's as well."""
    survivor, merged = pair.survivor, pair.merged
    for rows in (Purchase.objects, Assignment.objects, Subject.objects, Reservation.objects):
        rows.filter(account=merged).update(account=survivor)
    if merged.person is not None:
        give_purchases(merged.person, survivor)
        if survivor.person is not None:
            take_along(merged.person, survivor.person, at=at)


def hand_over_identity(pair: Pair, *, by: Actor, at: datetime, reason: str) -> None:
    """Let the survivor be whoever the merged account was, where it was nobody of that kind."""
    survivor, merged = pair.survivor, pair.merged
    merged.merged_into = survivor
    given = {
        name: getattr(merged, name)
        for name in ("person_id", "user_id", "external_reference")
        if getattr(survivor, name) is None and getattr(merged, name) is not None
    }
    for name, value in given.items():
        setattr(merged, name, None)
        setattr(survivor, name, value)
    survivor.time_zone = survivor.time_zone or merged.time_zone
    merged.save()
    survivor.save()
    Account.objects.filter(merged_into=merged).update(merged_into=survivor)
    note(
        "merge_accounts",
        connection=None,
        subject=str(survivor.pk),
        by=by,
        at=at,
        data={"reason": reason, "merged": str(merged.pk)},
    )


def _affected(merged_id: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(AFFECTED, {"merged": merged_id})
        return [row[0] for row in cursor.fetchall()]
