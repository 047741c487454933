"""Staff come in by password; trying passwords is waited out."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from tests.console.conftest import PASSWORD, make_staff

from counterfoil.models import ConsoleSignIn

pytestmark = pytest.mark.django_db
SIGN_IN = "/console/sign-in/"


def sign_in(
    client: Client, username: str = "support-2", password: str = PASSWORD, to: str = ""
) -> Any:
    return client.post(SIGN_IN, {"username": username, "password": password, "next": to})


def test_lets_staff_in_for_a_shift_and_out_again(client: Client) -> None:
    make_staff("Support 2")

    answer = sign_in(client)

    assert answer["Location"] == reverse("counterfoil:console-home")
    assert 0 <= 12 * 60 * 60 - client.session.get_expiry_age() < 60
    assert client.get("/console/").status_code == 200
    client.post("/console/sign-out/")
    assert client.get("/console/").status_code == 302


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/console/exceptions/", "/console/exceptions/"),
        ("https://evil.example/console/", "/console/"),
        ("//evil.example", "/console/"),
        ("/admin/", "/console/"),
    ],
)
def test_comes_back_to_the_console_only(client: Client, wanted: str, given: str) -> None:
    make_staff("Support 2")

    assert sign_in(client, to=wanted)["Location"] == given


def test_refuses_who_is_not_staff_in_the_same_words(client: Client) -> None:
    User.objects.create_user("ana", password=PASSWORD)
    User.objects.create_user("bob", password=PASSWORD, is_staff=True)

    answers = [sign_in(client, name) for name in ("ana", "bob", "nobody")]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    told = {answer.context["errors"]["form"] for answer in answers}
    assert len(told) == 1
    assert client.get("/console/").status_code == 302


def test_five_wrong_passwords_are_waited_out_even_with_the_right_one(client: Client) -> None:
    make_staff("Support 2")
    make_staff("Auditor")
    for _ in range(5):
        assert sign_in(client, password="guess").status_code == 403

    refused = sign_in(client)

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 15 * 60 + 1
    assert sign_in(client, "auditor").status_code == 302  # a colleague at the same desk
    assert sign_in(Client(REMOTE_ADDR="198.51.100.7")).status_code == 302  # from elsewhere


def test_an_address_that_tries_many_names_is_stopped(client: Client) -> None:
    make_staff("Support 2")
    for number in range(20):
        sign_in(client, f"user{number}", "guess")

    assert sign_in(client).status_code == 429


def test_a_name_that_no_database_keeps_is_a_wrong_one(client: Client) -> None:
    assert sign_in(client, "support-2\x00x", "guess").status_code == 403
    assert ConsoleSignIn.objects.filter(succeeded=False).count() == 1


def test_keeps_no_user_name(client: Client) -> None:
    sign_in(client, "my secret passphrase", "x")

    row = ConsoleSignIn.objects.get()
    assert not row.succeeded
    assert b"passphrase" not in bytes(row.lookup)
