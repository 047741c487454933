"""`counterfoil reconcile`: what it prints, and how it exits."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from tests.outside.opening import Corner, corner

from counterfoil.errors import ChannelUnavailable
from counterfoil.models import ReconcileRun

__all__ = ["corner"]
pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[int, str, str]:
    """Run it, and give its exit status, what it printed and what it complained of."""
    out = StringIO()
    try:
        call_command("counterfoil_reconcile", *arguments, stdout=out, no_color=True)
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    return 0, out.getvalue(), ""


def test_exits_with_0_where_nothing_was_missed(corner: Corner) -> None:
    corner.sell()
    run("corner")

    status, told, _ = run("corner", "--since", "30d")

    assert status == 0
    assert "1  the same there and here" in told
    assert "Nothing was missed." in told
    assert ReconcileRun.objects.count() == 2


def test_exits_with_1_and_says_what_was_missed(corner: Corner) -> None:
    corner.sell("C-77")

    status, told, complaint = run("corner")

    assert status == 1
    assert "C-77: no message told us that it was paid; 2 issued; brought into agreement" in told
    assert complaint == "1 differed; see the console."
    assert corner.live("C-77") == 2


def test_exits_with_2_where_it_could_not_look(corner: Corner) -> None:
    corner.book.trouble = ChannelUnavailable("down")
    assert run("corner")[::2] == (
        2,
        "Could not look at everything: channel_unavailable: down",
    )
    corner.connection.seal_secrets({})
    corner.connection.save()
    status, _, complaint = run("corner")
    assert (status, complaint) == (2, "Could not look: Its signing secret was never set.")


@pytest.mark.parametrize("since", ["yesterday", "1y", "", "2999-01-01", "2026-02-30"])
def test_a_moment_that_cannot_be_read_is_refused(corner: Corner, since: str) -> None:
    status, told, complaint = run("corner", "--since", since)
    assert (status, told) == (2, "")
    assert complaint
    assert not ReconcileRun.objects.exists()


def test_an_unknown_connection_is_refused_by_naming_the_known(corner: Corner) -> None:
    assert run("nobody") == (2, "", "There is no connection 'nobody'. There are: corner.")


def test_machines_read_json(corner: Corner) -> None:
    corner.sell("C-77")

    status, told, _ = run("corner", "--json")

    assert status == 1
    data = json.loads(told)
    assert data["complete"] is True
    assert data["counts"]["missed"] == 1
    [one] = data["differences"]
    assert (one["kind"], one["order"], one["issued"]) == ("missed", "C-77", 2)
    assert data["run"] == str(ReconcileRun.objects.get().pk)
