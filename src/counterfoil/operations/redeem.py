"""Assign an entitlement to whoever presents its code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from counterfoil.errors import StaleEntitlement
from counterfoil.models import CodeState, GiftEnd
from counterfoil.models.ids import handle_of, uuid7
from counterfoil.operations import _credentials, _ledger
from counterfoil.operations._assigning import ASSIGN, ATTEMPT, PROVISION
from counterfoil.operations._codes import END_CODE
from counterfoil.operations._gifts import END_GIFT
from counterfoil.operations._partnering import partner_of, require_active
from counterfoil.operations._reserving import END_USED
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import Actor, Assignee, Origin

PICKED = """
SELECT e.id, e.version, e.state, e.terms_id, c.id AS code_id, c.last_four
  FROM {source} AND c.state = 'live'"""

USABLE = f"""e.held_count = 0
   AND (NOT e.is_test OR {_credentials.TEST_MODE})
   AND (e.expires_at IS NULL OR e.expires_at > clock_timestamp())
   AND (e.state = 'issued' OR e.reserved_for_id = %(account)s
        OR e.reserved_until <= clock_timestamp())
   AND (e.bound_to_id IS NULL OR e.bound_to_id = %(account)s)
   AND (%(partner)s::uuid IS NULL OR e.partner_id = %(partner)s)"""

TRIES = 5  # times it may change between being read and being judged


@dataclass(frozen=True, kw_only=True, slots=True)
class Redemption:
    """What a redemption gave; ``repeated`` if the same account had presented the code before."""

    entitlement_id: UUID
    version: int
    repeated: bool

    @property
    def handle(self) -> str:
        """Give the public id of the entitlement."""
        return handle_of(self.entitlement_id)


@transaction.atomic
def redeem(*, code: str, to: Assignee, by: Actor, at: datetime, origin: Origin) -> Redemption:
    """
    Assign an entitlement to whoever presents its code, or the token of its link.

    Presenting a code again for the same account changes nothing and gives the same entitlement, so
    a customer who double-clicks is not told that their code is used. The code is spent. One
    statement does all of it; the reason of a refusal is looked for only when there is one.

    :raises CodeMalformed: if it is mistyped; no row was read.
    :raises CodeNotFound: if no entitlement carries this code.
    :raises CodeAlreadyUsed: if it is assigned to somebody else; also CodeReplaced,
        EntitlementRevoked, EntitlementExpired, EntitlementOnHold, EntitlementReserved,
        EntitlementNotSold, EntitlementIsTest, EntitlementOfAnother.
    :raises PartnerSuspended: if a key of a suspended partner presents it.
    """
    credential = _credentials.read_credential(code)
    partner_id = partner_of(by)
    if partner_id is not None:
        require_active(partner_id)
    change = _ledger.Change(act=Act.REDEEM, by=by, at=at, move=Move.REDEEM, to=State.ASSIGNED)
    for _ in range(TRIES):
        changed = _ledger.record(
            change,
            picked=PICKED.replace("{source}", credential.source),
            parameters=_parameters(credential, to, origin) | {"partner": partner_id},
            sets="reserved_until = NULL, reserved_for_id = NULL, bound_to_id = NULL",
            guard=USABLE,
            keeps="p.terms_id, p.last_four",
            also=(END_CODE, ASSIGN, PROVISION, ATTEMPT, END_USED, END_GIFT),
        )
        if changed:
            return Redemption(
                entitlement_id=changed[0].id, version=changed[0].version, repeated=False
            )
        facts = _credentials.find(credential)
        facts.refuse_unless_of(partner_id)
        if facts.is_in_use_by(to.account_id):
            return Redemption(
                entitlement_id=facts.entitlement_id, version=facts.version, repeated=True
            )
        facts.refuse_unless_usable(to.account_id)
    raise StaleEntitlement


def _parameters(
    credential: _credentials.Credential, to: Assignee, origin: Origin
) -> dict[str, Any]:
    return credential.parameters() | {
        "account": to.account_id,
        "subject": to.subject_id,
        "by_partner": None,
        "onboarded": False,
        "assignment": uuid7(),
        "attempt": uuid7(),
        "surface": origin.surface,
        "session": origin.session,
        "address": origin.address,
        "network": origin.network,
        "api_key": origin.api_key_id,
        "code_state": CodeState.SPENT.value,
        "gift_end": GiftEnd.CLAIMED.value,
    }
