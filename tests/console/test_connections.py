"""Connections and reconcile: how each is, what was missed, pause, compare now."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.console.conftest import SignedIn
from tests.outside.opening import Corner, corner

from counterfoil.errors import AccessLost
from counterfoil.intake.reconciling import reconcile
from counterfoil.intake.rounds import Rounds
from counterfoil.jobs.running import work_jobs
from counterfoil.models import (
    AuditEntry,
    Connection,
    Job,
    Message,
    ReconcileRun,
    RefusedMessages,
)
from counterfoil.operations.park import park
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import OUR_SECRET, now

__all__ = ["corner"]
COVERS = {"F5": ["test_a_connection_tells_how_it_is_and_never_its_secrets"]}
pytestmark = pytest.mark.django_db
LIST, ONE, RECONCILE = (
    "/console/connections/",
    "/console/connections/corner/",
    "/console/reconcile/",
)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_connection_tells_how_it_is_and_never_its_secrets(
    support: Client, corner: Corner
) -> None:
    assert "never swept" in text_of(support.get(LIST))
    Rounds()()
    assert "well" in text_of(support.get(LIST))
    RefusedMessages.objects.create(
        connection=corner.connection, reason="forged", minute=now(), count=7
    )

    listed, shown = text_of(support.get(LIST)), text_of(support.get(ONE))

    for told in ("not signed by the channel", "http://localhost:8000/in/corner/", "set, and never"):
        assert told in shown
    assert OUR_SECRET not in listed + shown
    assert "secrets" in shown


def test_a_connection_names_its_channel_in_words(support: Client, corner: Corner) -> None:
    Connection.objects.update(channel="order_file")

    for page in (LIST, ONE):
        shown = text_of(support.get(page))
        assert "order files" in shown
        assert "order_file<" not in shown


def test_one_whose_last_message_was_not_signed_asks_for_the_secret(
    support: Client, corner: Corner
) -> None:
    Rounds()()
    doubt = "Is the signing secret right?"
    RefusedMessages.objects.create(
        connection=corner.connection, reason="malformed", minute=now(), count=1
    )
    assert doubt not in text_of(support.get(LIST))
    RefusedMessages.objects.create(
        connection=corner.connection, reason="forged", minute=now(), count=1
    )

    for page in (LIST, ONE):
        shown = text_of(support.get(page))
        assert doubt in shown
        assert "look at it" in shown

    Message.objects.create(  # signed as it should be
        connection=corner.connection,
        message_id="m-1",
        topic="order.changed",
        pointer="C-1",
        authentic=True,
        acked_at=now() + timedelta(minutes=3),
        next_attempt_at=now(),
    )
    assert doubt not in text_of(support.get(LIST))


def test_one_that_is_behind_or_broken_says_so(support: Client, corner: Corner) -> None:
    Connection.objects.update(swept_until=now() - timedelta(hours=5))
    late = text_of(support.get(LIST))
    assert "5 h" in late
    assert "late" in late

    corner.book.trouble = AccessLost("the app was uninstalled")
    Rounds()()
    broken = text_of(support.get(ONE))
    assert "broken" in broken
    assert "the app was uninstalled" in broken


def test_an_exception_about_a_connection_names_the_connection(
    support: Client, corner: Corner
) -> None:
    park(
        kind=ExceptionKind.CONNECTION_BROKEN,
        key="corner:messages",
        evidence={"connection": "corner", "put_back": ["A was gone", "B was gone"]},
        by=SYSTEM,
        at=now(),
    )

    assert "Put back: A was gone, B was gone." in text_of(support.get(ONE))
    listed = text_of(support.get("/console/exceptions/"))
    assert "<bdi>corner</bdi>" in listed or ">corner<" in listed
    assert "corner:messages" not in listed


def test_without_secrets_it_says_so(support: Client, corner: Corner) -> None:
    corner.connection.seal_secrets({})
    corner.connection.save()
    assert "none is set" in text_of(support.get(ONE))


def test_is_paused_and_goes_on_and_that_is_kept(support: Client, corner: Corner) -> None:
    paused = text_of(support.post(f"{ONE}pause/", follow=True))
    support.post(f"{ONE}pause/")
    assert "It is paused." in paused
    assert not Connection.objects.get().enabled
    assert "paused" in text_of(support.get(LIST))

    support.post(f"{ONE}resume/")
    assert Connection.objects.get().enabled
    acts = list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["pause_connection", "resume_connection"]


def test_what_was_missed_is_told_by_day_with_its_trace(support: Client, corner: Corner) -> None:
    assert "Every order was told by a message in time." in text_of(support.get(RECONCILE))
    corner.sell("C-77")
    Rounds()()

    page = text_of(support.get(RECONCILE))

    assert "C-77" in page
    assert f"/console/trace/{corner.purchase('C-77').pk}/" in page
    assert "2 issued" in page
    run = ReconcileRun.objects.get()
    shown = text_of(support.get(f"{RECONCILE}{run.pk}/"))
    assert "no message told us that it was paid; 2 issued; brought into agreement" in shown


def test_a_message_that_came_after_all_is_told(support: Client, corner: Corner) -> None:
    corner.sell("C-77")
    Rounds()()
    Message.objects.create(
        connection=corner.connection,
        message_id="m-1",
        topic="order.changed",
        pointer="C-77",
        order_reference="C-77",
        authentic=True,
        acked_at=now() + timedelta(minutes=3),
        next_attempt_at=now(),
    )
    assert re.search(r"its message came \d+ min later", text_of(support.get(RECONCILE)))


def test_compares_now_in_the_background(support: Client, corner: Corner) -> None:
    for number in range(5):
        corner.sell(f"C-{number}")
    given = {"connection": "corner", "since": "10d", "request_id": "0" * 32}

    first = support.post(f"{RECONCILE}start/", given)
    assert support.post(f"{RECONCILE}start/", given)["Location"] or first
    while work_jobs():
        pass

    job = Job.objects.first()
    assert job is not None
    assert (job.status, job.result["missed"], job.result["issued"]) == ("done", 5, 10)
    run = ReconcileRun.objects.get(pk=job.result["run"])
    assert (run.cause, run.is_complete, run.by) == ("asked", True, "Mara Support 2")
    assert run.counts["missed"] == run.differences.count() == 5
    corner.connection.refresh_from_db()
    assert corner.connection.swept_until == run.started_at
    page = text_of(support.get(f"/console/jobs/{job.pk}/"))
    assert f"/console/reconcile/{run.pk}/" in page
    assert "Missed: paid there, and not here before" in page


def test_comparing_in_steps_finds_what_comparing_at_once_finds(
    support: Client, corner: Corner
) -> None:
    for number in range(3):
        corner.sell(f"C-{number}")
    reconcile(connection=corner.connection, since=now() - timedelta(days=1))
    corner.lose("C-0")
    corner.sell("C-9")
    given = {"connection": "corner", "since": "10d", "request_id": "1" * 32}
    support.post(f"{RECONCILE}start/", given)
    while work_jobs():
        pass

    run = ReconcileRun.objects.get(pk=Job.objects.get().result["run"])
    found = dict(run.differences.values_list("reference", "kind"))
    assert found == {"C-0": "odd", "C-9": "missed"}
    assert run.counts["looked"] == 4


@pytest.mark.parametrize(
    "given", [{"since": "nonsense"}, {"since": ""}, {"request_id": "x"}, {"connection": "nobody"}]
)
def test_what_cannot_be_compared_is_said(
    support: Client, corner: Corner, given: dict[str, str]
) -> None:
    asked = {"connection": "corner", "since": "1d", "request_id": "0" * 32} | given
    assert support.post(f"{RECONCILE}start/", asked).status_code in {302, 404}
    assert not Job.objects.exists()


def test_who_may_only_read_gets_no_buttons(signed_in: SignedIn, corner: Corner) -> None:
    auditor = signed_in("Auditor")
    assert "Compare now" not in text_of(auditor.get(RECONCILE))
    assert "Pause" not in text_of(auditor.get(ONE))


def test_without_any_connection_every_page_says_so(support: Client) -> None:
    for where in (LIST, RECONCILE, "/console/mapping/"):
        assert "Nothing is connected yet." in text_of(support.get(where))
