"""Remembering refused codes: the reason, never the code."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import override_settings

from counterfoil.errors import CodeAlreadyUsed, CodeMalformed, CodeNotFound, CounterfoilError
from counterfoil.models import ApiKey, Attempt
from counterfoil.operations.record_attempt import record_attempt
from counterfoil.rules.codes import draw_code
from counterfoil.rules.people import Assignee, Origin
from counterfoil.testing.builders import Issued, customer
from tests.records import rows

pytestmark = pytest.mark.django_db
WHERE = Origin(surface="claim", session="s1", address="192.0.2.7", network="192.0.2.0/24")


def record(
    code: str, refusal: CounterfoilError, at: datetime, origin: Origin, ana: Assignee
) -> Attempt:
    return record_attempt(code=code, refusal=refusal, origin=origin, by=customer(ana), at=at)


def test_keeps_reason_place_and_what_it_was_about(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    attempt = record(
        issued.code, CodeAlreadyUsed(), at, replace(WHERE, account_id=ana.account_id), ana
    )

    attempt.refresh_from_db()
    assert (attempt.outcome, attempt.counted, attempt.at) == ("code_already_used", True, at)
    assert (attempt.entitlement_id, attempt.last_four) == (issued.id, issued.code[-4:])
    assert (attempt.surface, attempt.session, attempt.address, attempt.network) == (
        "claim",
        "s1",
        "192.0.2.7",
        "192.0.2.0/24",
    )
    assert attempt.account_id == ana.account_id


def test_a_code_that_does_not_exist_is_not_kept_in_part(ana: Assignee, at: datetime) -> None:
    code = draw_code()

    attempt = record(code, CodeNotFound(), at, WHERE, ana)

    assert (attempt.entitlement_id, attempt.last_four, attempt.counted) == (None, "", True)
    assert code not in str(rows())


def test_a_mistyped_one_is_no_guess(ana: Assignee, at: datetime) -> None:
    attempt = record("what is this", CodeMalformed("length"), at, WHERE, ana)

    assert (attempt.outcome, attempt.counted, attempt.last_four) == ("code_malformed", False, "")


@override_settings(COUNTERFOIL_GUESS_LIMITS={"key": 3})
def test_a_key_that_guesses_is_stopped_for_an_hour(ana: Assignee, at: datetime) -> None:
    key = ApiKey.objects.create(name="shop", prefix="cf_1", digest=b"", created_at=at)
    origin = replace(WHERE, api_key_id=key.pk)

    record("mistyped", CodeMalformed("length"), at, origin, ana)
    record(draw_code(), CodeNotFound(), at - timedelta(hours=2), origin, ana)
    for _ in range(2):
        record(draw_code(), CodeNotFound(), at, origin, ana)
    key.refresh_from_db()
    assert key.guesses_stopped_until is None

    record(draw_code(), CodeNotFound(), at, origin, ana)
    key.refresh_from_db()
    assert key.guesses_stopped_until == at + timedelta(hours=1)
