"""Coming in takes what one knows and what one has; a lost phone keeps nobody out for good."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import Settings
from tests.console.conftest import PASSWORD, make_staff

from counterfoil.models import AuditEntry, RecoveryCode, SecondFactor, StaffAccess, StaffSession
from counterfoil.operations.begin_second_factor import begin_second_factor
from counterfoil.operations.confirm_second_factor import confirm_second_factor
from counterfoil.operations.let_in_staff import let_in_staff
from counterfoil.rules.people import Actor, ActorKind

pytestmark = pytest.mark.django_db
SIGN_IN, CODE, SET_UP = (
    "/console/sign-in/",
    "/console/sign-in/code/",
    "/console/sign-in/authenticator/",
)
OWN_PASSWORD = "/console/sign-in/password/"
BOSS = Actor(kind=ActorKind.OPERATOR, id="0", display="Boss")


@pytest.fixture
def required(settings: Settings) -> None:
    settings.COUNTERFOIL_STAFF_SECOND_FACTOR = "required"


def password_of(client: Client, username: str = "support-2", password: str = PASSWORD) -> Any:
    return client.post(SIGN_IN, {"username": username, "password": password})


def digits_of(user: User, *, ahead: int = 0) -> str:
    at = timezone.now() + timedelta(seconds=30 * ahead)
    return pyotp.TOTP(SecondFactor.objects.get(user=user).secret()).at(at)


def with_authenticator(user: User) -> tuple[str, ...]:
    """Set one up some minutes ago, so that the digits of now are fresh."""
    factor = begin_second_factor(user_id=user.pk, by=BOSS, at=timezone.now())
    at = timezone.now() - timedelta(minutes=5)
    digits = pyotp.TOTP(factor.secret()).at(at)
    return confirm_second_factor(user_id=user.pk, digits=digits, by=BOSS, at=at)


def test_a_password_alone_opens_nothing_where_there_is_an_authenticator(client: Client) -> None:
    user = make_staff("Support 2")
    with_authenticator(user)

    answer = password_of(client)

    assert answer["Location"] == CODE
    assert client.get("/console/")["Location"].startswith(SIGN_IN)
    assert "_auth_user_id" not in client.session
    assert client.post(CODE, {"code": digits_of(user)})["Location"] == "/console/"
    assert client.get("/console/").status_code == 200


def test_digits_work_once_and_wrong_ones_are_counted(client: Client) -> None:
    user = make_staff("Support 2")
    with_authenticator(user)
    digits = digits_of(user)
    password_of(client)
    client.post(CODE, {"code": digits})
    other = Client()
    password_of(other)

    for presented in (digits, "000000", "", "not digits", digits):
        assert other.post(CODE, {"code": presented}).status_code == 403
    stopped = other.post(CODE, {"code": digits_of(user, ahead=1)})

    assert stopped.status_code == 429
    assert int(stopped["Retry-After"]) > 0
    assert password_of(Client()).status_code == 429
    assert other.get("/console/").status_code == 302


def test_a_recovery_code_stands_for_the_phone_once(client: Client) -> None:
    user = make_staff("Support 2")
    code, *_rest = with_authenticator(user)
    password_of(client)

    assert client.post(CODE, {"code": code.lower()})["Location"] == "/console/"
    assert RecoveryCode.objects.filter(factor=user.pk, used_at=None).count() == 9
    again = Client()
    password_of(again)
    assert again.post(CODE, {"code": code}).status_code == 403


@pytest.mark.parametrize("word", ["Required", "yes", "off"])
def test_a_word_that_means_nothing_lets_nobody_off(
    client: Client, settings: Settings, word: str
) -> None:
    settings.COUNTERFOIL_STAFF_SECOND_FACTOR = word
    make_staff("Support 2")

    assert password_of(client)["Location"] == SET_UP


def test_where_it_is_required_one_is_set_up_before_anything_else(
    client: Client, required: None
) -> None:
    user = make_staff("Support 2")

    assert password_of(client)["Location"] == SET_UP
    assert client.get("/console/").status_code == 302
    assert client.get(SET_UP).context.get("qr") is None
    client.post(SET_UP)
    shown = client.get(SET_UP)
    assert "<svg" in shown.context["qr"]
    assert client.post(SET_UP, {"code": "000000"}).status_code == 422
    told = client.post(SET_UP, {"code": digits_of(user)})

    assert told.status_code == 200
    assert len(told.context["codes"]) == 10
    assert client.get("/console/").status_code == 200
    assert client.get("/console/access/").context["recovery_left"] == 10
    kept = [bytes(row.lookup) for row in RecoveryCode.objects.all()]
    assert not any(code.replace("-", "").encode() in kept for code in told.context["codes"])


def test_a_session_from_another_door_is_asked_as_well(client: Client, required: None) -> None:
    user = make_staff("Support 2")
    client.force_login(user)

    assert client.get("/console/")["Location"] == SET_UP
    with_authenticator(user)
    assert client.get("/console/")["Location"] == CODE
    client.post(CODE, {"code": digits_of(user)})
    assert client.get("/console/").status_code == 200


def test_who_is_signed_in_elsewhere_with_one_is_let_be(client: Client, settings: Settings) -> None:
    settings.COUNTERFOIL_STAFF_SECOND_FACTOR = "elsewhere"
    client.force_login(make_staff("Support 2"))

    assert client.get("/console/").status_code == 200


def test_no_authenticator_is_replaced_by_whoever_knows_the_password(client: Client) -> None:
    user = make_staff("Support 2")
    with_authenticator(user)
    before = SecondFactor.objects.get(user=user)
    password_of(client)

    for data in ({}, {"code": "123456"}):
        assert client.post(SET_UP, data)["Location"] == CODE

    after = SecondFactor.objects.get(user=user)
    assert (after.confirmed_at, after.secret()) == (before.confirmed_at, before.secret())


def test_steps_take_a_quarter_of_an_hour_at_most(client: Client) -> None:
    user = make_staff("Support 2")
    with_authenticator(user)
    password_of(client)
    session = client.session
    long_ago = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
    session["counterfoil_entering"] |= {"at": long_ago}
    session.save()

    assert client.post(CODE, {"code": digits_of(user)})["Location"] == SIGN_IN


def test_somebody_new_chooses_a_password_of_their_own(client: Client, required: None) -> None:
    user, first = let_in_staff(
        username="nora",
        first_name="Nora",
        last_name="New",
        mail="",
        roles=["Support 1"],
        by=BOSS,
        at=timezone.now(),
    )

    assert password_of(client, "nora", first)["Location"] == OWN_PASSWORD
    for chosen, again in (("short", "short"), ("long and private", "another"), (first, first)):
        assert client.post(OWN_PASSWORD, {"password": chosen, "again": again}).status_code == 422
    assert client.get("/console/").status_code == 302
    chosen = "a long private sentence"
    passed = client.post(OWN_PASSWORD, {"password": chosen, "again": chosen})

    assert passed["Location"] == SET_UP
    assert StaffAccess.objects.get(user=user.pk).first_password_until is None
    assert password_of(Client(), "nora", first).status_code == 403
    assert password_of(Client(), "nora", chosen)["Location"] == SET_UP


def test_a_first_password_is_over_after_a_day(client: Client) -> None:
    _user, first = let_in_staff(
        username="nora",
        first_name="Nora",
        last_name="",
        mail="",
        roles=["Support 1"],
        by=BOSS,
        at=timezone.now() - timedelta(hours=25),
    )

    assert password_of(client, "nora", first).status_code == 403
    assert client.get(OWN_PASSWORD)["Location"] == SIGN_IN


@pytest.mark.parametrize(
    ("column", "ago"),
    [
        ("seen_at", timedelta(hours=2, minutes=1)),
        ("started_at", timedelta(hours=12, minutes=1)),
    ],
)
def test_a_session_ends_when_nobody_is_there_or_the_shift_is_over(
    client: Client, column: str, ago: timedelta
) -> None:
    make_staff("Support 2")
    password_of(client)
    assert client.get("/console/").status_code == 200

    StaffSession.objects.update(**{column: F(column) - ago})

    ended = client.get("/console/exceptions/")
    assert ended["Location"] == f"{SIGN_IN}?next=%2Fconsole%2Fexceptions%2F&ended=1"
    assert "_auth_user_id" not in client.session
    assert b"Your session is over" in client.get(ended["Location"]).content


@override_settings(COUNTERFOIL_STAFF_IDLE_MINUTES=4)
def test_whoever_goes_on_working_is_not_idle_however_short_that_is(client: Client) -> None:
    make_staff("Support 2")
    password_of(client)

    for _page in range(3):
        StaffSession.objects.update(seen_at=F("seen_at") - timedelta(minutes=3))
        assert client.get("/console/").status_code == 200


def test_a_session_can_be_ended_from_another(client: Client) -> None:
    make_staff("Support 2")
    other = Client()
    password_of(client)
    password_of(other)

    rows = client.get("/console/access/").context["sessions"]
    [there] = [row["one"] for row in rows if not row["is_here"]]
    client.post(f"/console/access/{there.pk}/end/")

    assert other.get("/console/").status_code == 302
    assert client.get("/console/").status_code == 200


def test_a_changed_password_ends_the_other_sessions(client: Client) -> None:
    user = make_staff("Support 2")
    other = Client()
    password_of(client)
    password_of(other)
    new = "another long private sentence"
    form = {"old": PASSWORD, "password": new, "again": new}

    for wrong in ({"old": "guess"}, {"again": "other"}, {"password": "short", "again": "short"}):
        assert client.post("/console/access/password/", form | wrong).status_code == 422
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert client.post("/console/access/password/", form)["Location"] == "/console/access/"

    assert client.get("/console/").status_code == 200
    assert other.get("/console/").status_code == 302
    assert AuditEntry.objects.get(act="password_chosen").subject == f"staff:{user.pk}"


def test_new_recovery_codes_need_the_authenticator_and_end_the_old_ones(client: Client) -> None:
    user = make_staff("Support 2")
    old = with_authenticator(user)
    password_of(client)
    client.post(CODE, {"code": digits_of(user)})
    where = "/console/access/recovery-codes/"

    assert client.post(where, {"code": "000000"}).status_code == 422
    told = client.post(where, {"code": digits_of(user, ahead=1)})

    assert len(told.context["codes"]) == 10
    again = Client()
    password_of(again)
    assert again.post(CODE, {"code": old[0]}).status_code == 403
    assert again.post(CODE, {"code": told.context["codes"][0]}).status_code == 302
