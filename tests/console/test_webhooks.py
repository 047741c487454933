"""The pages of webhooks: made, its secret shown once, tried, replayed, disabled and enabled."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.console.conftest import SignedIn
from tests.console.test_api_keys import everything_kept
from tests.effects.webhook_listener import Listener, listening
from tests.playbooks.scenes import do, suggested
from tests.records import unchanged
from tests.webhooks import an_endpoint, an_event, send, told

from counterfoil.models import AuditEntry, ExceptionCase, WebhookEndpoint
from counterfoil.playbooks.catalogue import playbook_of
from counterfoil.playbooks.following import tell
from counterfoil.playbooks.playbook import Lead
from counterfoil.testing.builders import make_product

pytestmark = pytest.mark.django_db
LIST = "/console/webhooks/"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{30,}")


@pytest.fixture(autouse=True)
def loopback(settings: Any) -> None:
    settings.COUNTERFOIL_WEBHOOKS_ALLOW_LOOPBACK = True


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        found.body = b"thank you"
        yield found


@pytest.fixture
def staff(signed_in: SignedIn) -> Client:
    return signed_in("Operations")


def text_of(answer: Any) -> str:
    return str(answer.content.decode()).replace("&#x27;", "'")


def asked(**answers: Any) -> dict[str, Any]:
    wanted = {"url": "https://hooks.example/x", "request_id": str(uuid4()), "takes_tests": "no"}
    return wanted | answers


def test_an_endpoint_is_made_once_and_its_secret_is_shown_once(staff: Client) -> None:
    make_product()
    answers = asked(description="Laboratory", types=["partner.opened"], products=["DNA-STD"])
    made = staff.post(f"{LIST}make/", answers)
    [secret] = SECRET.findall(text_of(made))
    endpoint = WebhookEndpoint.objects.get()

    again = staff.post(f"{LIST}make/", answers)
    pages = [staff.get(LIST), staff.get(f"{LIST}{endpoint.pk}/"), again]

    assert again.status_code == 409
    assert WebhookEndpoint.objects.count() == 1
    assert not any(SECRET.search(text_of(page)) for page in pages)
    assert secret not in everything_kept()
    assert "Laboratory" in text_of(pages[0])
    assert "partner.opened" in text_of(pages[1])
    assert "DNA-STD" in text_of(pages[1])

    rotated = staff.post(f"{LIST}{endpoint.pk}/secret/", {"beside": "24", "revision": "1"})
    stale = staff.post(f"{LIST}{endpoint.pk}/secret/", {"beside": "24", "revision": "1"})

    assert SECRET.findall(text_of(rotated)) != [secret]
    assert stale.status_code == 409
    assert "beside it" in text_of(staff.get(f"{LIST}{endpoint.pk}/"))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"url": "http://hooks.example/"}, "An https address"),
        ({"types": ["x.y"]}, "no such event"),
        ({"request_id": "x"}, "Open this page again"),
        ({"partner": "gone"}, "not there any more"),
    ],
    ids=lambda it: next(iter(it)) if isinstance(it, dict) else "",
)
def test_what_cannot_be_is_refused(
    staff: Client, settings: Any, wrong: dict[str, Any], says: str
) -> None:
    settings.COUNTERFOIL_WEBHOOKS_ALLOW_LOOPBACK = False
    staff.get(LIST)
    with unchanged():
        answer = staff.post(f"{LIST}make/", asked(**wrong))

    assert answer.status_code == 409
    assert says in text_of(answer)


def test_whoever_only_reads_sees_the_log_and_changes_nothing(support: Client) -> None:
    endpoint = an_endpoint("https://hooks.example/x").endpoint
    page = text_of(support.get(f"{LIST}{endpoint.pk}/"))

    assert "What it was sent" in page
    assert "Send a test" not in page
    with unchanged():
        for act in ("test", "disable", "enable", "end", "send", "send-since", "secret", "change"):
            assert support.post(f"{LIST}{endpoint.pk}/{act}/", {}).status_code == 403


def test_a_day_with_an_endpoint(staff: Client, listener: Listener) -> None:
    endpoint = an_endpoint(listener.url).endpoint
    page = f"{LIST}{endpoint.pk}/"
    tested = text_of(staff.post(f"{page}test/", follow=True))
    assert "took the test, and answered 200" in tested

    listener.status, listener.body = 500, b"<b>7K3M-9QXT-2B5N-RWE0</b>"
    event = an_event()
    send()
    of_event = f"{page}events/{event.pk}/"
    shown = text_of(staff.get(of_event))
    assert "&lt;b&gt;[code]" in shown
    assert "It answered 500." in text_of(staff.get(f"{page}?fate=waiting"))
    assert "partner.opened" not in text_of(staff.get(f"{page}?fate=delivered&before=x"))

    listener.status = 200
    assert "1 event is sent again" in text_of(staff.post(f"{page}send/", follow=True))
    send()
    assert "taken" in text_of(staff.get(of_event))
    staff.post(f"{of_event}send/")
    assert send() == 1

    assert staff.post(f"{page}disable/", {"why": " "}).status_code == 409
    staff.post(f"{page}disable/", {"why": "Moving house"})
    assert "Moving house" in text_of(staff.get(page))
    missed = an_event()
    assert staff.post(f"{page}enable/", {"missed": "x"}).status_code == 409
    staff.post(f"{page}enable/", {"missed": "send"})
    send()
    assert missed.pk in told(endpoint)
    for since in ("x", "2999-01-01T00:00", "2026-02-31T00:00"):
        assert staff.post(f"{page}send-since/", {"since": since}).status_code == 409
    again = staff.post(f"{page}send-since/", {"since": "2020-01-01T00:00"}, follow=True)
    assert "3 events are sent again" in text_of(again)
    staff.post(f"{page}end/", {"why": "Closed"})
    assert "Closed" in text_of(staff.get(page))
    assert str(endpoint) not in text_of(staff.get(LIST))
    acts = set(AuditEntry.objects.values_list("act", flat=True))
    assert {"try_webhook_endpoint", "replay_webhook", "end_webhook_endpoint"} <= acts


def test_a_change_is_of_what_was_seen(staff: Client) -> None:
    endpoint = an_endpoint("https://hooks.example/x", types=["partner.opened"]).endpoint
    page = f"{LIST}{endpoint.pk}/change/"
    assert 'value="partner.opened" checked' in text_of(staff.get(page))

    staff.post(page, {"url": "https://hooks.example/y", "revision": "1", "takes_tests": "yes"})
    stale = staff.post(page, {"url": "https://hooks.example/z", "revision": "1"})

    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.types) == ("https://hooks.example/y", [])
    assert endpoint.takes_tests
    assert (stale.status_code, "somebody else" in text_of(stale).lower()) == (409, True)


def test_its_case_leads_to_the_endpoint_and_enables_it(listener: Listener) -> None:
    endpoint = an_endpoint(listener.url).endpoint
    listener.status = 410
    an_event()
    send()
    endpoint.refresh_from_db()
    case = ExceptionCase.objects.get()
    leads = [one for one in playbook_of(case.kind).suggests(case) if isinstance(one, Lead)]
    assert [one.arguments for one in leads] == [(endpoint.pk,)]
    assert "enable" in suggested(case)
    assert tell(case.pk).facts

    listener.status = 200
    assert do(case, "enable").is_settled
    assert send() >= 1

    endpoint.refresh_from_db()
    assert (endpoint.disabled_at, endpoint.failures) == (None, 0)
