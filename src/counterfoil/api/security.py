"""Who calls: API keys and their scopes."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from counterfoil.api.limits import count_call
from counterfoil.api.problems import ScopeMissing
from counterfoil.errors import KeyUnbound, TooManyAttempts
from counterfoil.operations.record_key_use import OFTEN_ENOUGH, record_key_use
from counterfoil.queries.api_keys import KnownKey, api_key_of
from counterfoil.rules.people import Actor, ActorKind, Origin
from counterfoil.rules.scopes import Scope

PRESENTING = frozenset({Scope.CHECK, Scope.REDEEM, Scope.ACTIVATE})
OWN_HOUSE = frozenset(
    {
        Scope.TRACE,
        Scope.GRANT,
        Scope.ACTIVATE,
        Scope.BOUNCES,
        Scope.FULFIL,
        Scope.ASSIGN,
        Scope.MILESTONES,
        Scope.REPAIR,
        Scope.GIFTS,
        Scope.PARTNERS,
        Scope.BATCHES,
        Scope.READ_DELIVERIES,
        Scope.DELIVERIES,
        Scope.READ_EXCEPTIONS,
        Scope.EXCEPTIONS,
        Scope.READ_PRODUCTS,
        Scope.STOP_JOBS,
        Scope.CONTINUE_JOBS,
        Scope.NOTES,
    }
)
"""What reaches what is everybody's: no partner's key may, whatever scopes it was given."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """The machine that calls, as the acts know it."""

    key_id: UUID
    name: str
    scopes: frozenset[str]
    is_partner: bool
    connection_id: UUID | None = None
    partner_id: UUID | None = None

    @property
    def owner(self) -> str:
        """Give as whose what it reserves is kept: its partner's, or its own."""
        return f"partner:{self.partner_id}" if self.partner_id else f"key:{self.key_id}"

    @property
    def bound_to(self) -> UUID:
        """
        Give the connection its key is bound to.

        :raises KeyUnbound: if it is bound to none.
        """
        if self.connection_id is None:
            raise KeyUnbound
        return self.connection_id

    @property
    def actor(self) -> Actor:
        """Give whom the ledger names."""
        kind = ActorKind.PARTNER if self.is_partner else ActorKind.SYSTEM
        return Actor(kind=kind, id=f"key:{self.key_id}", display=self.name)

    @property
    def origin(self) -> Origin:
        """Give where its attempts come from."""
        return Origin(surface="api", api_key_id=self.key_id)


class CallerRequest(HttpRequest):
    """A request of a known caller."""

    auth: Caller


class ApiKeyBearer(HttpBearer):
    """
    Takes an API key with one scope; without the scope it is known, but may not.

    ``whose`` says in the description of the API whose key it has to be, if not just anybody's.
    """

    whose = ""

    def __init__(self, scope: Scope) -> None:
        """Ask for this scope."""
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """
        Give the caller, or ``None`` for a key that is wrong, revoked or expired.

        :raises TooManyCalls: if the key has no calls left in this minute.
        :raises ScopeMissing: if the key is right but lacks the scope.
        :raises TooManyAttempts: if it has guessed too many codes to present another.
        """
        at = timezone.now()
        api_key = api_key_of(token=token, at=at)
        if api_key is None:
            return None
        caller = Caller(
            key_id=api_key.id,
            name=api_key.name,
            scopes=api_key.scopes,
            is_partner=api_key.is_partner,
            connection_id=api_key.connection_id,
            partner_id=api_key.partner_id,
        )
        count_call(
            request, key_id=caller.key_id, is_partner=caller.is_partner, by=caller.actor, at=at
        )
        if self.scope.value not in api_key.scopes:
            raise ScopeMissing(self.scope)
        self.refuse_unless_fit(api_key)
        stopped_until = api_key.guesses_stopped_until
        if self.scope in PRESENTING and stopped_until is not None and stopped_until > at:
            raise TooManyAttempts(retry_after=int((stopped_until - at).total_seconds()) + 1)
        if api_key.last_used_at is None or api_key.last_used_at < at - OFTEN_ENOUGH:
            record_key_use(key_id=api_key.id, by=caller.actor, at=at)
        return caller

    def refuse_unless_fit(self, api_key: KnownKey) -> None:
        """
        Refuse a partner's key where everybody's purchases are within reach.

        :raises ScopeMissing: whatever scopes the key was given.
        """
        if api_key.is_partner and self.scope in OWN_HOUSE:
            raise ScopeMissing(self.scope)


class OwnKeyBearer(ApiKeyBearer):
    """Takes an API key of the house: what people answered is no partner's business."""

    whose = ", and a key that is no partner's"

    def refuse_unless_fit(self, api_key: KnownKey) -> None:
        """
        Refuse a partner's key.

        :raises ScopeMissing: whatever scopes the key was given.
        """
        if api_key.is_partner:
            raise ScopeMissing(self.scope)


class OwnOrAllBearer(ApiKeyBearer):
    """Takes any API key, for what a partner sees of its own and the house of everybody."""

    def refuse_unless_fit(self, api_key: KnownKey) -> None:
        """Refuse nobody: what is asked for is narrowed down to what is theirs."""


class BoundKeyBearer(ApiKeyBearer):
    """Takes an API key that is bound to a connection, for what was told through that one."""

    whose = ", and a key that is bound to a connection"

    def refuse_unless_fit(self, api_key: KnownKey) -> None:
        """
        Refuse a key that is bound to nothing: it would reach everything or nothing.

        :raises KeyUnbound: if it is bound to no connection.
        """
        if api_key.connection_id is None:
            raise KeyUnbound


class PoolKeyBearer(ApiKeyBearer):
    """Takes an API key of a partner, or of the house, for what they have in stock."""

    whose = ", and a key of the house or of a partner"

    def refuse_unless_fit(self, api_key: KnownKey) -> None:
        """
        Refuse a key of somebody who sees only their own and is no partner: they have no stock.

        :raises ScopeMissing: whatever scopes the key was given.
        """
        if api_key.is_partner and api_key.partner_id is None:
            raise ScopeMissing(self.scope)
