"""
Presenting a code, or the digits to sign in with: the one door for pages and API alike.

Guessing is limited before the code is looked at, and a refusal is remembered outside the
transaction it rolled back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from counterfoil.errors import CounterfoilError, Unavailable
from counterfoil.hosting.policy import Newcomer, require_redeemable
from counterfoil.intake.retrying import with_retries
from counterfoil.models import Account, Connection, Entitlement
from counterfoil.models.ids import PREFIX
from counterfoil.operations._credentials import Facts, find_usable
from counterfoil.operations.activate_at_sale import Activation, activate_at_sale
from counterfoil.operations.check_code import check_code
from counterfoil.operations.confirm_sign_in import confirm_sign_in
from counterfoil.operations.open_gift import open_gift
from counterfoil.operations.record_attempt import record_attempt
from counterfoil.operations.redeem import Redemption, redeem
from counterfoil.operations.undo_activation import undo_activation
from counterfoil.queries.guesses import refuse_guessing
from counterfoil.rules.people import Actor, Assignee, Origin

_afterwards: ContextVar[list[Callable[[], object]] | None] = ContextVar("afterwards", default=None)
"""What is to be remembered of refusals as soon as the transaction around them is over."""


def inspect(
    *, code: str, origin: Origin, by: Actor, at: datetime, account_id: UUID | None = None
) -> Entitlement:
    """
    Tell what a code is good for, as :func:`check_code` does.

    :raises TooManyAttempts: if too many codes that match nothing were tried from there.
    """
    with _remembered(code, origin, by, at):
        return check_code(code=code, by=by, at=at, account_id=account_id)


def look_up(*, code: str, origin: Origin, by: Actor, at: datetime) -> Facts:
    """
    Tell what a code is good for as :func:`inspect` does, in the one statement that judges it.

    For machines, which ask often and are shown no page: nothing else is read.

    :raises TooManyAttempts: if too many codes that match nothing were tried from there.
    """
    with _remembered(code, origin, by, at):
        return find_usable(code=code, by=by)


def present(*, code: str, to: Assignee, origin: Origin, by: Actor, at: datetime) -> Redemption:
    """
    Redeem a code, as :func:`redeem` does.

    :raises TooManyAttempts: if too many codes that match nothing were tried from there.
    :raises RedemptionRefused: if the host's policy does not allow it.
    :raises Unavailable: if somebody else is at the same entitlement for too long, or the policy
        gives no answer.
    """
    with _remembered(code, origin, by, at):
        require_redeemable(code=code, to=to, surface=origin.surface, by=by, at=at)
        return with_retries(lambda: redeem(code=code, to=to, by=by, at=at, origin=origin))


def require_allowed(
    *, code: str, to: Assignee | Newcomer, origin: Origin, by: Actor, at: datetime
) -> None:
    """
    Ask the host's policy as :func:`present` does, for whoever presents within a transaction.

    Who has no account yet has none afterwards either.

    :raises TooManyAttempts: if too many codes that match nothing were tried from there.
    :raises RedemptionRefused: if the host's policy does not allow it.
    :raises AdapterFailed: if it gives no answer; then nothing is redeemed.
    """
    with _remembered(code, origin, by, at):
        require_redeemable(code=code, to=to, surface=origin.surface, by=by, at=at)


def present_allowed(
    *, code: str, to: Assignee, origin: Origin, by: Actor, at: datetime
) -> Redemption:
    """
    Redeem a code as :func:`present` does, after :func:`require_allowed` has let it through.

    :raises TooManyAttempts: if too many codes that match nothing were tried from there.
    :raises Unavailable: if somebody else is at the same entitlement for too long.
    """
    with _remembered(code, origin, by, at):
        return with_retries(lambda: redeem(code=code, to=to, by=by, at=at, origin=origin))


@contextmanager
def remembering_afterwards() -> Iterator[None]:
    """
    Remember refusals once this is over, in a transaction of its own.

    For whoever presents within a transaction that a refusal undoes: what was tried stays known.
    Within another such, that one remembers.
    """
    if _afterwards.get() is not None:
        yield
        return
    noted: list[Callable[[], object]] = []
    token = _afterwards.set(noted)
    try:
        yield
    except CounterfoilError:
        for remember in noted:
            remember()
        raise
    finally:
        _afterwards.reset(token)


def look_at(*, code: str, account_id: UUID, by: Actor, at: datetime) -> None:
    """Take note that whoever has just proved their address holds a code, if it is a gift's."""
    try:
        entitlement = check_code(code=code, by=by, at=at, account_id=account_id)
    except CounterfoilError:
        return  # the page that shows it tells why
    open_gift(entitlement_id=entitlement.pk, account_id=account_id, by=by, at=at)


def sell(
    *,
    connection: Connection,
    sale: str,
    presented: str,
    till: str,
    origin: Origin,
    by: Actor,
    at: datetime,
) -> Activation:
    """
    Sell one printed unit at a till, as :func:`activate_at_sale` does.

    A till's refused code is remembered like anybody's: whoever steals a till's key must not guess
    with it. A handle is no secret, and is not.

    :raises TooManyAttempts: if too many codes that match nothing were tried from there.
    :raises Unavailable: if somebody else is at the same entitlement for too long.
    """

    def selling() -> Activation:
        return activate_at_sale(
            connection=connection, sale=sale, presented=[presented], till=till, by=by, at=at
        )

    if presented.strip().lower().startswith(PREFIX):
        return with_retries(selling)
    with _remembered(presented, origin, by, at):
        return with_retries(selling)


def take_back(
    *, connection: Connection, presented: str, origin: Origin, by: Actor, at: datetime
) -> Entitlement:
    """
    Undo the sale of one printed unit, as :func:`undo_activation` does; guessing is limited alike.

    :raises TooManyAttempts: if too many codes that match nothing were tried from there.
    :raises Unavailable: if somebody else is at the same entitlement for too long.
    """

    def undoing() -> Entitlement:
        return undo_activation(presented=presented, connection=connection, by=by, at=at)

    if presented.strip().lower().startswith(PREFIX):
        return with_retries(undoing)
    with _remembered(presented, origin, by, at):
        return with_retries(undoing)


def prove(*, sign_in_id: UUID, digits: str, origin: Origin, by: Actor, at: datetime) -> Account:
    """
    Give the account of whoever reads an address, as :func:`confirm_sign_in` does.

    Digits are few: five tries at each of many addresses would open one of them in the end, so
    wrong ones count as guesses from where they were typed.

    :raises TooManyAttempts: if too much that matches nothing was tried from there.
    """
    with _remembered(digits, origin, by, at):
        return confirm_sign_in(sign_in_id=sign_in_id, code=digits, by=by, at=at)


@contextmanager
def _remembered(code: str, origin: Origin, by: Actor, at: datetime) -> Iterator[None]:
    refuse_guessing(origin=origin, at=at)
    try:
        yield
    except Unavailable:
        raise  # nothing was judged
    except CounterfoilError as refusal:
        noted, told = _afterwards.get(), refusal
        if noted is None:
            record_attempt(code=code, refusal=refusal, origin=origin, by=by, at=at)
        else:
            noted.append(
                lambda: record_attempt(code=code, refusal=told, origin=origin, by=by, at=at)
            )
        raise
