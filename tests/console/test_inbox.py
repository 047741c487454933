"""The inbox: what came, what came of it, replay one and many, and bodies for few."""

import json
from typing import Any

import pytest
from django.test import Client
from tests.console.conftest import SignedIn
from tests.intake.native import Shop, open_shop
from tests.outside.opening import Corner, corner

from counterfoil.errors import ChannelUnavailable
from counterfoil.intake.worker import work_messages
from counterfoil.models import AuditEntry, Entitlement, ExceptionCase, Message
from counterfoil.models.ids import uuid7
from counterfoil.operations.park import park
from counterfoil.queries.inbox import MessageFilter, MessageState, about, one_message
from counterfoil.queries.listing import PAGE
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import now

__all__ = ["corner"]
COVERS = {"F13": ["test_many_are_replayed_and_those_that_are_mended_are_handled"]}
pytestmark = pytest.mark.django_db
INBOX = "/console/inbox/"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def receive(corner: Corner, pointer: str, *, is_parked: bool = False) -> Message:
    """Keep a message about an order of the corner shop, parked if asked."""
    message = Message(
        connection=corner.connection,
        message_id=f"m-{uuid7().hex}",
        topic="order.changed",
        pointer=pointer,
        authentic=True,
        key_used="2",
        acked_at=now(),
        next_attempt_at=now(),
        attempts=10 if is_parked else 0,
        parked_at=now() if is_parked else None,
        last_error="RuntimeError: cannot be" if is_parked else "",
    )
    message.seal_body(json.dumps({"order": pointer, "email": "ann@example.com"}).encode())
    message.save()
    if is_parked:
        park(
            kind=ExceptionKind.POISON_MESSAGE,
            key=str(message.pk),
            evidence={},
            by=SYSTEM,
            at=now(),
            message=message,
        )
    return message


def test_shows_what_came_and_what_it_led_to(support: Client, shop: Shop) -> None:
    cart = shop.paid_cart()
    shop.post(shop.message(cart))
    work_messages()
    message = Message.objects.get()

    listed = text_of(support.get(INBOX))
    shown = text_of(support.get(f"{INBOX}{message.pk}/"))

    assert "cart.paid" in listed
    assert "brought our purchase to the order" in listed
    for told in ("signed with the current secret", "m-1", "The purchase and its trace", "handled"):
        assert told in shown


def test_an_empty_inbox_says_so(support: Client) -> None:
    assert "Nothing has come in yet" in text_of(support.get(INBOX))
    assert "Nothing fits" in text_of(support.get(INBOX, {"state": "parked"}))


def test_is_filtered_by_connection_topic_state_and_text(corner: Corner) -> None:
    waiting, parked = receive(corner, "C-1"), receive(corner, "C-2", is_parked=True)

    def found(text: str = "", **sought: Any) -> set[object]:
        rows = MessageFilter.from_query(sought).rows(now=now())
        return set((about(rows, text) if text else rows).values_list("pk", flat=True))

    assert found() == {waiting.pk, parked.pk}
    assert found(connection="corner") == {waiting.pk, parked.pk}
    assert found(topic="order.changed", state="parked") == {parked.pk}
    assert found(state="handled") == found(topic="other") == set()
    assert found(received_from="2099-01-01") == set()
    assert found(received_until="2099-01-01") == {waiting.pk, parked.pk}
    assert found("C-1") == {waiting.pk}
    assert found(parked.message_id) == {parked.pk}
    assert found("C") == set()


@pytest.mark.parametrize("hostile", ["\x00", "%", "'; --", "x" * 5000, "ABCD-EFGH-JKMN-PQRS"])
def test_what_is_looked_for_is_no_address_and_does_no_harm(
    support: Client, corner: Corner, hostile: str
) -> None:
    receive(corner, "C-1")
    answer = support.post(INBOX, {"text": hostile, "state": "nonsense", "topic": hostile})
    assert answer.status_code == 200
    asked = {"text": "C-9", "before": "x", "connection": hostile, "topic": hostile}
    assert support.get(INBOX, asked).status_code == 400
    for where in ("/console/reconcile/", "/console/mapping/corner/"):
        assert support.get(where, {"connection": hostile, "key": hostile}).status_code == 200
    assert support.post(f"{INBOX}replay/", {"parked_of": hostile}).status_code == 302


def test_pages_follow_one_another(support: Client, corner: Corner) -> None:
    made = [receive(corner, f"C-{number}") for number in range(PAGE + 3)]

    first = support.get(INBOX, {"connection": "corner"})
    second = support.get(INBOX + first.context["next_url"])

    assert "connection=corner" in first.context["next_url"]
    seen = [row["seen"].id for page in (first, second) for row in page.context["rows"]]
    assert seen == sorted((one.pk for one in made), reverse=True)
    assert second.context["next_url"] == ""


def test_one_is_replayed_and_says_what_came_of_it(support: Client, corner: Corner) -> None:
    corner.sell("C-1")
    message = receive(corner, "C-1", is_parked=True)
    where = f"{INBOX}{message.pk}/"
    corner.book.trouble = RuntimeError("still broken")

    failed = text_of(support.post(f"{where}replay/", follow=True))
    corner.book.trouble = None
    worked = text_of(support.post(f"{where}replay/", follow=True))

    assert "It failed again" in failed
    assert "It was handled." in worked
    assert corner.live("C-1") == 2
    assert not ExceptionCase.objects.filter(resolved_at=None).exists()
    audit = AuditEntry.objects.filter(act="replay_messages")
    assert {one.actor_display for one in audit} == {"Mara Support 2"}


def test_a_handled_one_is_asked_for_again(support: Client, corner: Corner) -> None:
    corner.sell("C-1")
    message = receive(corner, "C-1")
    work_messages()
    where = f"{INBOX}{message.pk}/replay/"
    assert "asked again how the order stands" in text_of(support.post(where, follow=True))
    corner.book.trouble = ChannelUnavailable("down")
    assert "down" in text_of(support.post(where, follow=True))
    assert corner.live("C-1") == 2
    assert one_message(message.pk).state is MessageState.HANDLED


def test_many_are_replayed_and_those_that_are_mended_are_handled(
    support: Client, corner: Corner
) -> None:
    for number in range(3):
        corner.sell(f"C-{number}")
    chosen = [receive(corner, f"C-{number}", is_parked=True) for number in range(3)]
    left = receive(corner, "C-0", is_parked=True)

    said = support.post(
        f"{INBOX}replay/", {"message": [str(chosen[0].pk), str(chosen[1].pk), "x"]}, follow=True
    )
    assert "2 messages are being worked again" in text_of(said)
    work_messages()
    assert Entitlement.objects.count() == 4

    said = support.post(f"{INBOX}replay/", {"parked_of": "corner"}, follow=True)
    assert "2 messages are being worked again" in text_of(said)
    work_messages()
    left.refresh_from_db()
    assert left.outcome == "converged"
    assert not ExceptionCase.objects.filter(resolved_at=None).exists()
    said = support.post(f"{INBOX}replay/", {"parked_of": "corner"}, follow=True)
    assert "Nothing was done" in text_of(said)


def test_the_body_is_masked_and_who_reads_it_is_kept(
    support: Client, signed_in: SignedIn, corner: Corner
) -> None:
    message = receive(corner, "C-1")
    where = f"{INBOX}{message.pk}/"

    before = text_of(support.get(where))
    shown = text_of(support.post(f"{where}body/"))
    denied = signed_in("Operations").post(f"{where}body/")

    assert "example.com" not in before + shown
    assert "C-1" in shown
    assert "•••" in shown
    assert denied.status_code == 403
    note = AuditEntry.objects.get(act="read_message")
    assert (note.actor_display, note.subject) == ("Mara Support 2", str(message.pk))
    assert "Show the body" not in text_of(signed_in("Auditor").get(where))


def test_a_body_that_is_gone_or_no_json_is_told(support: Client, corner: Corner) -> None:
    message = receive(corner, "C-1")
    message.seal_body(b"a=1&b=2")
    message.save()
    assert "bytes that are not JSON" in text_of(support.post(f"{INBOX}{message.pk}/body/"))
    Message.objects.update(body_sealed=None, key_id=None)
    assert "was not kept" in text_of(support.post(f"{INBOX}{message.pk}/body/"))
