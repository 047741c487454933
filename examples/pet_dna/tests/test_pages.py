"""What is Snoutline's own: its door, its pages, and buying a kit for a dog it knows."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from counterfoil.effects.settling import settle
from journeys import CODE
from snoutline.models import Dog, Owner, Sample
from tests.visiting import PASSWORD, come_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seeded() -> None:
    call_command("seed")
    call_command("seed")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("counterfoil_flush")
def test_a_kit_is_bought_at_the_checkout_and_used_for_a_dog_we_know() -> None:
    # The chooser is asked in a thread of its own, which sees only what was committed.
    browser = come_in("ana@example.com")
    assert b"$89.00" in browser.get("/").content
    wanted = {"quantity_BREEDS": "1", "email": "ana@example.com", "connection": "shop"}
    paying = browser.post("/checkout/", wanted).headers["Location"]
    browser.post(paying)
    settle()
    assert b"1 kit you bought is not used yet" in browser.get("/dogs/").content

    [code] = set(CODE.findall(str(mail.outbox[-1].body)))
    browser.post("/c", {"code": code})
    claimed = browser.post("/c/confirm/").headers["Location"]
    assert b"waits for a dog" in browser.get("/dogs/").content
    question = claimed.replace("claimed", "subject")
    assert b"Miso" in browser.get(question).content
    browser.post(question, {"which": f"host:{Dog.objects.get().pk}"})
    settle()

    sample = Sample.objects.get()
    assert sample.dog == Dog.objects.get()
    assert sample.number.encode() in browser.get(f"/dogs/{sample.dog_id}/").content
    assert sample.number.encode() in browser.get("/dogs/").content


def test_an_account_is_opened_by_whoever_reads_the_address(client: Client) -> None:
    told = {"first_name": "Cleo", "email": "Cleo@example.com", "password": PASSWORD, "next": "/c"}
    client.post("/sign-up/", told)
    assert not Owner.objects.filter(email="cleo@example.com").exists()

    [link] = re.findall(r"http://testserver(/\S+)", str(mail.outbox[-1].body))
    client.get(link)
    assert not Owner.objects.filter(email="cleo@example.com").exists(), "looking opens nothing"
    assert client.post(link).headers["Location"] == "/c"
    assert b"Add a dog" in client.get("/dogs/").content


def test_a_link_does_not_replace_the_password_of_an_account(client: Client) -> None:
    told = {"first_name": "Mallory", "email": "ana@example.com", "password": "of my own choice"}
    client.post("/sign-up/", told)
    [link] = re.findall(r"http://testserver(/\S+)", str(mail.outbox[-1].body))
    client.post(link)

    assert Owner.objects.get(email="ana@example.com").check_password(PASSWORD)
    assert client.get("/dogs/").status_code == 302


def test_dogs_of_others_are_not_shown(client: Client) -> None:
    dog = Dog.objects.get()
    assert come_in("ben@example.com").get(f"/dogs/{dog.pk}/").status_code == 404
    assert client.get(f"/dogs/{dog.pk}/").headers["Location"].startswith("/enter/")


def test_without_a_demo_there_is_no_mailbox(client: Client) -> None:
    assert client.get("/mailbox/").status_code == 404
