"""Texts to agree to: written, looked at, published; the second of two is shown the first."""

from typing import Any

import pytest
from django.test import Client
from tests.console.conftest import SignedIn

from counterfoil.models import AuditEntry, ConsentText
from counterfoil.operations.publish_consent import publish_consent
from counterfoil.testing.builders import OPERATOR, now

pytestmark = pytest.mark.django_db
LIST = "/console/consents/"
FIRST = {"title.en": "Privacy", "body.en": "We keep it.\nFor a year."}


@pytest.fixture
def operations(signed_in: SignedIn) -> Client:
    """Give the browser of somebody who looks after the texts."""
    return signed_in("Operations")


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def published() -> int:
    return publish_consent(
        document="privacy",
        texts={"en": ("Privacy", "We keep it.\nFor a year.")},
        by=OPERATOR,
        at=now(),
    )


def test_a_new_text_is_published_and_listed(operations: Client) -> None:
    answers = FIRST | {"document": "privacy", "instead_of": "0"}
    done = operations.post(f"{LIST}-/write/", answers)

    assert done["Location"] == f"{LIST}privacy/"
    assert "Privacy" in text_of(operations.get(LIST))
    assert "For a year." in text_of(operations.get(f"{LIST}privacy/"))
    [entry] = AuditEntry.objects.all()
    assert entry.data == {"before": None, "after": 1, "languages": ["en"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"document": "Two Words"},
        {"title.en": ""},
        {"body.en": ""},
        {"title.en": "", "body.en": ""},
        {"title.en": "x" * 201},
    ],
)
def test_what_cannot_be_agreed_to_is_refused(operations: Client, wrong: dict[str, str]) -> None:
    answers = FIRST | {"document": "privacy", "instead_of": "0"} | wrong
    assert operations.post(f"{LIST}-/write/", answers).status_code == 409

    assert not ConsentText.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_name_that_is_taken_overwrites_nothing(operations: Client) -> None:
    published()
    answers = {"document": "privacy", "title.en": "Mine", "body.en": "Other", "instead_of": "0"}

    answer = operations.post(f"{LIST}-/write/", answers)

    assert answer.status_code == 409
    assert "already" in text_of(answer)
    assert ConsentText.objects.count() == 1


def test_what_changes_is_shown_before_and_the_second_of_two_is_told(operations: Client) -> None:
    published()
    page = f"{LIST}privacy/write/"
    mine = {"title.en": "Privacy", "body.en": "We keep it.\nFor ever.", "instead_of": "1"}

    looked = text_of(operations.post(page, mine))
    assert "<del>For a year.</del>" in looked
    assert "<ins>For ever.</ins>" in looked
    assert ConsentText.objects.count() == 1
    theirs = {"en": ("Privacy", "We keep nothing.")}
    publish_consent(document="privacy", texts=theirs, by=OPERATOR, at=now())

    stale = operations.post(page, mine | {"publish": "yes"})

    assert stale.status_code == 409
    assert "While you wrote, version 2 was published" in text_of(stale)
    assert ConsentText.objects.count() == 2
    operations.post(page, mine | {"instead_of": "2", "publish": "yes"})
    assert ConsentText.objects.newest("privacy")[0].version == 3
