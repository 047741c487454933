"""Everything that can make a good code useless, by the error that says so."""

from collections.abc import Callable
from datetime import timedelta

from counterfoil.errors import (
    CodeAlreadyUsed,
    CodeReplaced,
    CounterfoilError,
    EntitlementExpired,
    EntitlementIsTest,
    EntitlementOnHold,
    EntitlementReserved,
    EntitlementRevoked,
)
from counterfoil.operations.replace_code import replace_code
from counterfoil.testing.builders import OPERATOR, Issued, make_assignee, make_connection, now
from tests.scenes import end, reserve, suspend, use, withdraw


def replaced(issued: Issued) -> None:
    replace_code(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="lost")


def reserved(issued: Issued) -> None:
    cleo = make_assignee("cleo@example.com")
    reserve(issued.id, account_id=cleo.account_id, until=now() + timedelta(days=1))


def open_for_business() -> None:
    """Let real money move here, so that what was issued for tests does not count any more."""
    make_connection(slug="live", is_test=False)


SPOILS: dict[type[CounterfoilError], Callable[[Issued], None]] = {
    CodeAlreadyUsed: lambda issued: use(issued, make_assignee("cleo@example.com")),
    CodeReplaced: replaced,
    EntitlementRevoked: lambda issued: withdraw(issued.id),
    EntitlementExpired: lambda issued: end(issued.id),
    EntitlementOnHold: lambda issued: suspend(issued.id),
    EntitlementReserved: reserved,
    EntitlementIsTest: lambda issued: open_for_business(),
}
