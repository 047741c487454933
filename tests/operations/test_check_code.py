"""Telling what a code is good for, and changing nothing."""

from datetime import datetime, timedelta

import pytest

from counterfoil.errors import (
    CodeMalformed,
    CodeNotFound,
    CounterfoilError,
    EntitlementNotSold,
    EntitlementOnHold,
    EntitlementRevoked,
)
from counterfoil.operations.check_code import check_code
from counterfoil.rules.codes import display, draw_code, draw_token
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import Issued, customer
from tests.records import refused, unchanged
from tests.scenes import end, mint, reserve, suspend, use, withdraw
from tests.spoils import SPOILS

pytestmark = pytest.mark.django_db


def test_finds_what_it_would_give_however_it_is_typed(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    for typed in (issued.code, display(issued.code), f"  {issued.code.lower()} "):
        with unchanged():
            found = check_code(code=typed, by=customer(ana), at=at)
        assert found.pk == issued.id


@pytest.mark.parametrize("reason", SPOILS, ids=lambda it: it.__name__)
def test_names_the_reason_why_not(
    issued: Issued, ana: Assignee, at: datetime, reason: type[CounterfoilError]
) -> None:
    SPOILS[reason](issued)

    with refused(reason):
        check_code(code=issued.code, by=customer(ana), at=at)
    with refused(reason):
        check_code(code=issued.code, by=customer(ana), at=at, account_id=ana.account_id)


def test_what_was_not_sold_or_never_existed(issued: Issued, ana: Assignee, at: datetime) -> None:
    _, printed = mint(issued.entitlement().product)

    with refused(EntitlementNotSold):
        check_code(code=printed, by=customer(ana), at=at)
    for unknown in (draw_code(), draw_token()):
        with refused(CodeNotFound):
            check_code(code=unknown, by=customer(ana), at=at)
    for mistyped in ("", "hello", issued.code[:-1], issued.code + "\x00"):
        with refused(CodeMalformed):
            check_code(code=mistyped, by=customer(ana), at=at)


def test_the_holder_and_whoever_it_is_reserved_for_hear_that_it_is_fine(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    given = {"code": issued.code, "by": customer(ana), "at": at, "account_id": ana.account_id}
    reserve(issued.id, account_id=ana.account_id, until=at + timedelta(days=1))
    assert check_code(**given).pk == issued.id

    use(issued, ana)
    assert check_code(**given).pk == issued.id


def test_the_most_final_reason_comes_first(issued: Issued, ana: Assignee, at: datetime) -> None:
    end(issued.id)
    suspend(issued.id)
    with refused(EntitlementOnHold):
        check_code(code=issued.code, by=customer(ana), at=at)

    withdraw(issued.id)
    with refused(EntitlementRevoked):
        check_code(code=issued.code, by=customer(ana), at=at)
