"""Finding an entitlement by what somebody presents: a typed code, or the token of a link."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from counterfoil.conf import conf
from counterfoil.errors import (
    CodeAlreadyUsed,
    CodeNotFound,
    CodeReplaced,
    EntitlementBound,
    EntitlementExpired,
    EntitlementIsTest,
    EntitlementNotSold,
    EntitlementOfAnother,
    EntitlementOnHold,
    EntitlementReserved,
    EntitlementRevoked,
)
from counterfoil.models import CodeState
from counterfoil.models.ids import handle_of
from counterfoil.models.keys import keyring
from counterfoil.operations._partnering import partner_of
from counterfoil.rules.codes import TOKEN_LENGTH, normalise, normalise_token
from counterfoil.rules.keyring import Lookup
from counterfoil.rules.lifecycle import HOLDER_STATES, PublicState, State, public_state
from counterfoil.rules.people import Actor

CODES = """
    counterfoil_code c
    JOIN counterfoil_entitlement e ON e.id = c.entitlement_id
   WHERE ({found})"""

LINKS = """
    counterfoil_link k
    JOIN counterfoil_code c ON c.id = k.code_id
    JOIN counterfoil_entitlement e ON e.id = c.entitlement_id
   WHERE ({found})"""

FACTS = """
SELECT e.id, e.purchase_id, e.partner_id, e.version, e.state, e.held_count, e.expires_at,
       e.reserved_until, e.reserved_for_id, e.bound_to_id, e.is_test, e.is_test AND NOT {test_mode},
       c.id, c.state, c.last_four, a.account_id, p.sku, p.name, t.needs_subject, clock_timestamp()
  FROM (SELECT c.id AS code_id FROM {source}) found
  JOIN counterfoil_code c ON c.id = found.code_id
  JOIN counterfoil_entitlement e ON e.id = c.entitlement_id
  JOIN counterfoil_product p ON p.id = e.product_id
  JOIN counterfoil_termsversion t ON t.id = e.terms_id
  LEFT JOIN counterfoil_assignment a ON a.entitlement_id = e.id AND a.ended_at IS NULL
"""


TEST_MODE = """(
    SELECT coalesce(%(test_codes)s::boolean, NOT EXISTS (
           SELECT FROM counterfoil_connection k WHERE k.enabled AND NOT k.is_test)))"""
"""Tells whether test codes can be used here; needs ``test_codes``."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What was presented, ready to be looked up; it does not hold the secret itself."""

    source: str
    lookups: tuple[Lookup, ...]
    last_four: str

    def parameters(self) -> dict[str, Any]:
        """Give the parameters of ``source`` and of :data:`TEST_MODE`."""
        given: dict[str, Any] = {"test_codes": conf.REDEEM_TEST_CODES}
        for number, found in enumerate(self.lookups):
            given |= {f"key_id_{number}": found.key_id, f"lookup_{number}": found.digest}
        return given


@dataclass(frozen=True, slots=True)
class Facts:
    """How the entitlement behind a credential stood when it was read, by the database clock."""

    entitlement_id: UUID
    purchase_id: UUID | None
    partner_id: UUID | None
    version: int
    state: State
    held_count: int
    expires_at: datetime | None
    reserved_until: datetime | None
    reserved_for_id: UUID | None
    bound_to_id: UUID | None
    is_test: bool
    is_refused_as_test: bool
    code_id: UUID
    code_state: CodeState
    last_four: str
    holder_id: UUID | None
    sku: str
    product_name: str
    needs_subject: bool
    now: datetime

    @property
    def handle(self) -> str:
        """Give the public id of the entitlement."""
        return handle_of(self.entitlement_id)

    @property
    def public_state(self) -> PublicState:
        """Tell what the public is told of it."""
        return public_state(
            self.state,
            held_count=self.held_count,
            expires_at=self.expires_at,
            reserved_until=self.reserved_until,
            now=self.now,
        )

    def refuse_unless_of(self, partner_id: UUID | None) -> None:
        """
        Refuse a partner what is not its own, whatever else may be true of it.

        :raises EntitlementOfAnother: unless it is this partner's, or nobody's in particular asks.
        """
        if partner_id not in (None, self.partner_id):
            raise EntitlementOfAnother

    def refuse_unless_usable(self, account_id: UUID | None) -> None:
        """
        Raise the reason why this account cannot use the code, the most final reason first.

        :raises CounterfoilError: the precise reason; a public surface folds it.
        """
        if self.state is State.REVOKED:
            raise EntitlementRevoked
        if self.code_state is CodeState.REPLACED:
            raise CodeReplaced
        if self.is_refused_as_test:
            raise EntitlementIsTest
        if self.state is State.MINTED:
            raise EntitlementNotSold
        if self.held_count:
            raise EntitlementOnHold
        if self.state in HOLDER_STATES or self.code_state is not CodeState.LIVE:
            raise CodeAlreadyUsed
        if self.expires_at is not None and self.expires_at <= self.now:
            raise EntitlementExpired
        if self.is_reserved_for_another(account_id):
            raise EntitlementReserved
        if self.bound_to_id is not None and account_id not in (None, self.bound_to_id):
            raise EntitlementBound

    def is_reserved_for_another(self, account_id: UUID | None) -> bool:
        """Tell whether a reservation that has not lapsed keeps this account out."""
        return (
            self.state is State.RESERVED
            and self.reserved_until is not None
            and self.reserved_until > self.now
            and (account_id is None or self.reserved_for_id != account_id)
        )

    def is_in_use_by(self, account_id: UUID) -> bool:
        """Tell whether this very code gave the entitlement to this account."""
        return (
            self.state in HOLDER_STATES
            and self.code_state is CodeState.SPENT
            and self.holder_id == account_id
            and not self.held_count
        )


def read_credential(presented: str) -> Credential:
    """
    Read what was presented; its length tells a typed code from a link token.

    :raises CodeMalformed: if it is neither; no row was read.
    """
    ring = keyring()
    if len(presented.strip()) == TOKEN_LENGTH and presented.strip().isalnum():
        token = normalise_token(presented)
        return _credential(LINKS, "k", ring.lookups("link:", token), "")
    code = normalise(presented)
    return _credential(CODES, "c", ring.lookups("code:", code), code[-4:])


def _credential(source: str, table: str, lookups: tuple[Lookup, ...], last_four: str) -> Credential:
    # Not arrays: the planner takes those for ten rows, and plans the statement anew each time.
    found = " OR ".join(
        f"({table}.key_id = %(key_id_{number})s AND {table}.lookup = %(lookup_{number})s)"
        for number in range(len(lookups))
    )
    return Credential(source.replace("{found}", found), lookups, last_four)


def find(credential: Credential) -> Facts:
    """
    Read how the entitlement behind a credential stands.

    :raises CodeNotFound: if no code matches.
    """
    with connection.cursor() as cursor:
        statement = FACTS.replace("{source}", credential.source).replace("{test_mode}", TEST_MODE)
        cursor.execute(statement, credential.parameters())
        row = cursor.fetchone()
    if row is None:
        raise CodeNotFound
    facts = Facts(*row)
    return replace(facts, state=State(facts.state), code_state=CodeState(facts.code_state))


def find_usable(*, code: str, by: Actor, account_id: UUID | None = None) -> Facts:
    """
    Read how the entitlement behind a code stands, for whoever may use it.

    :raises CounterfoilError: the precise reason why they may not; a public surface folds it.
    """
    facts = find(read_credential(code))
    facts.refuse_unless_of(partner_of(by))
    if account_id is None or not facts.is_in_use_by(account_id):
        facts.refuse_unless_usable(account_id)
    return facts
