"""The table of what is a Stripe signature and what is not."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.channels.base import Envelope, Notice
from counterfoil.channels.stripe import Stripe, StripeSettings
from counterfoil.errors import Forged, Malformed, Stale, TooLarge
from tests.channels.builders import NOW, OLD_SECRET, SAMPLES, SECRET, envelope, event, session

COVERS = {
    "F5": [
        "test_accepts_nothing_when_no_secret_is_configured",
        "test_refuses_a_message_without_a_signature",
        "test_refuses_a_header",
    ],
    "F7": ["test_tells_which_secret_fitted_while_one_is_being_replaced"],
    "F8": ["test_refuses_the_past_and_the_future", "test_accepts_five_minutes_either_way"],
    "F9": [
        "test_refuses_what_is_signed_and_cannot_be_read",
        "test_refuses_what_is_too_large_before_looking_at_the_signature",
    ],
}

BODY = event("checkout.session.completed", session())


@pytest.fixture
def channel() -> Stripe:
    return adapter(SECRET, OLD_SECRET)


def adapter(*secrets: str) -> Stripe:
    return Stripe(StripeSettings(api_key="sk_test_x", webhook_secrets=secrets, is_test=True))


def digest(body: bytes, at: datetime, secret: str = SECRET) -> str:
    signed = f"{int(at.timestamp())}.".encode() + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def with_header(header: str, body: bytes = BODY) -> Envelope:
    return Envelope(body=body, headers={"stripe-signature": header}, received_at=NOW)


T = int(NOW.timestamp())


def test_accepts_a_fresh_one(channel: Stripe) -> None:
    assert channel.authenticate(envelope(BODY)) == Notice(
        message_id="evt_one",
        topic="checkout.session.completed",
        pointer="cs_test_one",
        is_test=True,
        key="1",
        claims_paid=True,
    )


def test_accepts_the_library_s_own(channel: Stripe) -> None:
    header = stripe.WebhookSignature.generate_signature_header(BODY.decode(), SECRET, T)
    assert channel.authenticate(with_header(header)).key == "1"


def test_tells_which_secret_fitted_while_one_is_being_replaced(channel: Stripe) -> None:
    assert channel.authenticate(envelope(BODY, secret=OLD_SECRET)).key == "2"
    both = f"t={T},v1={digest(BODY, NOW, 'whsec_unknown')},v1={digest(BODY, NOW)}"
    assert channel.authenticate(with_header(both)).key == "1"


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_accepts_five_minutes_either_way(channel: Stripe, seconds: int) -> None:
    signed_at = NOW + timedelta(seconds=seconds)
    assert channel.authenticate(envelope(BODY, signed_at=signed_at)).message_id == "evt_one"


@pytest.mark.parametrize("seconds", [-3600, -301, 301, 3600])
def test_refuses_the_past_and_the_future(channel: Stripe, seconds: int) -> None:
    with pytest.raises(Stale):
        channel.authenticate(envelope(BODY, signed_at=NOW + timedelta(seconds=seconds)))


def test_calls_a_stale_forgery_a_forgery(channel: Stripe) -> None:
    old = NOW - timedelta(hours=1)
    with pytest.raises(Forged):
        channel.authenticate(envelope(BODY, secret="whsec_wrong", signed_at=old))


GOOD = digest(BODY, NOW)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("", id="empty"),
        pytest.param("garbage", id="garbage"),
        pytest.param(f"t={T}", id="no signature"),
        pytest.param(f"v1={GOOD}", id="no time"),
        pytest.param(f"t={T},v0={GOOD}", id="only the fake scheme"),
        pytest.param(f"t={T + 1},v1={GOOD}", id="another time"),
        pytest.param(f"t={T},t={T},v1={GOOD}", id="two times"),
        pytest.param(f"t=now,v1={GOOD}", id="time in words"),
        pytest.param(f"t=-{T},v1={GOOD}", id="negative time"),
        pytest.param(f"t={T}.0,v1={GOOD}", id="broken time"),
        pytest.param(f"t={'9' * 40},v1={GOOD}", id="the end of time"),
        pytest.param(f"t={T},v1={GOOD[:-1]}", id="cut short"),
        pytest.param(f"t={T},v1=", id="no digits"),
        pytest.param(f"t={T},v1=é{GOOD}", id="not ASCII"),
        pytest.param(f"t={T}," + ",".join([f"v1={GOOD}"] * 100), id="a hundred signatures"),
    ],
)
def test_refuses_a_header(channel: Stripe, header: str) -> None:
    with pytest.raises(Forged):
        channel.authenticate(with_header(header))


def test_refuses_a_body_that_was_written_anew(channel: Stripe) -> None:
    rewritten = json.dumps(json.loads(BODY), indent=2).encode()
    with pytest.raises(Forged):
        channel.authenticate(with_header(f"t={T},v1={GOOD}", rewritten))


def test_refuses_a_message_without_a_signature(channel: Stripe) -> None:
    with pytest.raises(Forged):
        channel.authenticate(Envelope(body=BODY, headers={}, received_at=NOW))


@pytest.mark.parametrize("secrets", [(), ("",), (" \t",)])
def test_accepts_nothing_when_no_secret_is_configured(secrets: tuple[str, ...]) -> None:
    for secret in ("", " \t"):
        with pytest.raises(Forged):
            adapter(*secrets).authenticate(envelope(BODY, secret=secret))


def test_refuses_what_is_too_large_before_looking_at_the_signature(channel: Stripe) -> None:
    with pytest.raises(TooLarge):
        channel.authenticate(Envelope(body=b" " * 300_000, headers={}, received_at=NOW))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(b"{}", id="empty"),
        pytest.param(BODY.replace(b'"evt_one"', b"7"), id="id is a number"),
        pytest.param(BODY.replace(b"evt_one", b"evt/../one"), id="id is a path"),
        pytest.param(BODY.replace(b'"livemode": false', b'"livemode": "no"'), id="livemode"),
        pytest.param(BODY[:-1] + b', "id": "evt_two"}', id="two ids"),
    ],
)
def test_refuses_what_is_signed_and_cannot_be_read(channel: Stripe, body: bytes) -> None:
    with pytest.raises(Malformed):
        channel.authenticate(envelope(body))


@given(st.binary(max_size=200), st.integers(min_value=0, max_value=2**33))
def test_agrees_with_a_signature_made_by_hand(body: bytes, seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, tz=UTC)
    header = f"t={seconds},v1={digest(body, at)}"
    sent = Envelope(body=body, headers={"stripe-signature": header}, received_at=at)
    with pytest.raises(Malformed):  # authentic, and random bytes are no event
        adapter(SECRET).authenticate(sent)


@pytest.mark.skipif(not SAMPLES.exists(), reason="the sample payloads are not here")
def test_agrees_with_the_recorded_vectors() -> None:
    vectors = json.loads((SAMPLES / "signature_vectors.json").read_text())
    body = (SAMPLES / vectors["body_file"]).read_bytes()
    for vector in vectors["vectors"]:
        at = datetime.fromtimestamp(vector["timestamp"], tz=UTC)
        sent = Envelope(body=body, headers={"stripe-signature": vector["header"]}, received_at=at)
        assert adapter(vector["secret"]).authenticate(sent).pointer == "cs_test_cf_a"
    rolled = Envelope(
        body=body, headers={"stripe-signature": vectors["rotation_header"]}, received_at=at
    )
    assert adapter("whsec_cf_test").authenticate(rolled).key == "1"
    assert adapter("whsec_gone", "whsec_cf_next").authenticate(rolled).key == "2"
