"""Webhooks are signed as the specification says, and endpoints are what can be sent to."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from counterfoil.errors import WebhookEndpointInvalid
from counterfoil.rules.events import EventType
from counterfoil.rules.webhooks import (
    MOST_ATTEMPTS,
    EndpointSettings,
    pause_after,
    refuse_unsound,
    rest_after,
    signed,
)

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_signs_like_the_example_of_the_specification() -> None:
    at = datetime.fromtimestamp(1_614_265_330, UTC)
    message, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}'

    assert signed(message, body, [SECRET], at=at) == {
        "webhook-id": message,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    for wrong in ("x", "whsec_", "whsec_!", "whsec_" + base64.b64encode(b"short").decode()):
        with pytest.raises(ValueError, match=r"whsec_|bytes"):
            signed(message, body, [wrong], at=at)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://hooks.example/"},
        {"url": "https://"},
        {"url": "https://hooks.example:99999/"},
        {"url": "https://name:word@hooks.example/"},
        {"url": "https://hooks.example/#x"},
        {"url": "https://hooks.example/ x"},
        {"url": "https://hooks.example/\r\nX: y"},
        {"url": "https://[::1/"},
        {"url": "https://hooks.example/" + "x" * 500},
        {"types": ["code.told"]},
        {"types": [EventType.ENDPOINT_TESTED.value]},
        {"description": "x" * 201},
    ],
    ids=str,
)
def test_what_could_never_be_sent_is_refused(wrong: dict[str, Any]) -> None:
    wanted = EndpointSettings(**{"url": "https://hooks.example/x", "products": [uuid4()]} | wrong)
    with pytest.raises(WebhookEndpointInvalid) as refusal:
        refuse_unsound(wanted, allows_loopback=False)
    assert [one.at for one in refusal.value.faults] == list(wrong)


def test_pauses_grow_over_three_days_and_a_failing_endpoint_rests() -> None:
    pauses = [pause_after(n, chance=1) for n in range(1, MOST_ATTEMPTS + 1)]
    whole = [one for one in pauses if one]

    assert pauses[-1] is None
    assert whole == sorted(whole)
    assert timedelta(days=3) < sum(whole, timedelta()) < timedelta(days=3.5)
    assert [rest_after(n) for n in (1, 4)] == [None, None]
    assert rest_after(5) == timedelta(seconds=30)
    assert rest_after(10_000) == timedelta(minutes=10)
