"""The desk for failed attempts: the reason, what was seen, and what helps as things stand now."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from tests.console.conftest import SignedIn
from tests.house.source import ROOT
from tests.scenes import HOLD, end, suspend, use, withdraw

from counterfoil.console.attempts import BOUND, GONE, NEUTRAL, PRECISE
from counterfoil.errors import CounterfoilError
from counterfoil.intake.presenting import present
from counterfoil.operations.lift_hold import lift_hold
from counterfoil.pages import answers
from counterfoil.rules.lifecycle import PublicState
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    customer,
    issue_many,
    issue_one,
    make_assignee,
    now,
)

pytestmark = pytest.mark.django_db
DESK = "/console/attempts/"


def attempt(code: str, to: Assignee, *, surface: str = "page") -> None:
    """Try a code that is refused."""
    origin = replace(ORIGIN, surface=surface, account_id=to.account_id)
    with suppress(CounterfoilError):
        present(code=code, to=to, origin=origin, by=customer(to), at=now())


def rows(client: Client, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"{DESK}{query}")
    assert answer.status_code == 200
    return list(answer.context["rows"])


def test_a_used_code_tells_who_has_it_and_shows_the_public_nothing(support: Client) -> None:
    issued, ben, carl = (
        issue_one(),
        make_assignee("ben@example.com"),
        make_assignee("c@example.com"),
    )
    use(issued, ben)
    attempt(issued.code, carl)

    [row] = rows(support)

    assert row["reason"] == "already used by somebody else"
    assert row["seen"] == NEUTRAL
    assert row["url"].endswith(f"#{issued.entitlement().handle}")
    assert "Somebody else has it" in str(row["step"].text)
    page = support.get(DESK).content.decode()
    assert issued.code not in page
    assert "c@example.com" not in page


def test_nothing_is_left_to_do_once_they_have_it(support: Client) -> None:
    issued, ben = issue_one(), make_assignee("ben@example.com")
    suspend(issued.id)
    attempt(issued.code, ben)
    [held] = rows(support)
    assert held["step"].label == "Lift the hold"
    assert held["step"].url.endswith("/act/lift_hold/")
    lift_hold(entitlement_ids=[issued.id], **HOLD, by=OPERATOR, at=now(), reason="investigated")

    [lifted] = rows(support)
    assert lifted["step"].is_over
    assert "can try again" in str(lifted["step"].text)
    use(issued, ben)
    [done] = rows(support)
    assert "They have it by now" in str(done["step"].text)


def test_what_a_role_may_not_do_is_looked_at(signed_in: SignedIn) -> None:
    issued = issue_one()
    end(issued.id)
    attempt(issued.code, make_assignee())

    assert rows(signed_in("Support 2"))[0]["step"].url.endswith("/act/extend/")
    assert "/console/trace/" in rows(signed_in("Support 1"))[0]["step"].url


def test_what_is_no_code_of_ours_leads_to_what_they_have(support: Client) -> None:
    ben = make_assignee("ben@example.com")
    attempt("0000-0000-0000-0000", ben)
    attempt("not a code", ben)

    found = rows(support)

    assert {one["attempt"].unit for one in found} == {None}
    assert {one["step"].label for one in found} == {"What they have"}
    assert len(rows(support, f"?account={ben.account_id}")) == 2
    assert rows(support, "?ours=yes") == []
    assert rows(support, "?surface=till") == []
    assert len(rows(support, "?signed_in=yes&reason=code_malformed")) == 1


def test_whoever_bought_it_was_told_why(support: Client) -> None:
    issued = issue_many(2)
    withdraw(issued.id)
    buyer = make_assignee("ann.buyer@example.com")
    attempt(issued.codes[0], buyer)
    attempt(issued.codes[0], buyer, surface="api")
    attempt(issued.codes[0], buyer, surface="till")

    till, api, page = rows(support)

    assert page["seen"] == GONE
    assert "code_not_usable" in api["seen"]
    assert "Do not sell this" in till["seen"]


def test_the_words_are_those_that_the_pages_say() -> None:
    """What staff are told was seen must not drift from what is shown."""
    for state, reason in (
        (PublicState.IN_USE, "code_already_used"),
        (PublicState.EXPIRED, "entitlement_expired"),
        (PublicState.WAITING, "entitlement_reserved"),
        (PublicState.NOT_AVAILABLE, "entitlement_revoked"),
        (PublicState.READY, "code_replaced"),
    ):
        assert str(answers.precise(state).title) in str(PRECISE[reason])
    assert str(answers.BOUND.title) in str(BOUND)
    shown = (ROOT / "src/counterfoil/templates/counterfoil/pages/claim_step.html").read_text()
    for sentence in ("This code cannot be used here", "It may be mistyped, already used, replaced"):
        assert sentence in shown
        assert sentence in str(NEUTRAL)
