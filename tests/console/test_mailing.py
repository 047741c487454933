"""Mails in the console: what became of each, and the words they say."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from tests.console.conftest import SignedIn

from counterfoil.effects.bounces import take_bounce
from counterfoil.effects.settling import settle
from counterfoil.models import AuditEntry, Delivery, ExceptionCase, MailText
from counterfoil.operations.drop_mail_text import drop_mail_text
from counterfoil.operations.save_mail_text import save_mail_text
from counterfoil.rules.bounces import BounceKind
from counterfoil.rules.mail_forms import FORMS
from counterfoil.rules.mail_texts import Words
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import OPERATOR, issue_one, now

COVERS = {
    "F49": ["test_a_mail_that_came_back_is_seen_and_leads_to_where_it_is_mended"],
}
pytestmark = pytest.mark.django_db
MAILS, WORDS = "/console/mails/", "/console/mails/words/"
CODES = f"{WORDS}codes_issued/en/"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def sent(*, bounced: bool = False) -> Delivery:
    issue_one()
    settle()
    delivery = Delivery.objects.latest("pk")
    if bounced:
        take_bounce(delivery.pk, BounceKind.HARD, "5.1.1", by=SYSTEM, at=now())
    return delivery


@pytest.fixture
def operations(signed_in: SignedIn) -> Client:
    """Give the browser of somebody who may change mails."""
    return signed_in("Operations")


def test_every_mail_is_listed_and_found_by_address(support: Client) -> None:
    delivery = sent()

    page = text_of(support.get(MAILS))
    assert f"{MAILS}{delivery.pk}/" in page
    assert "ann.buyer@example.com" not in page
    assert f"{delivery.pk}" in text_of(support.post(MAILS, {"address": "Ann.Buyer@example.com "}))
    assert f"{delivery.pk}" not in text_of(support.post(MAILS, {"address": "bob@example.com"}))
    assert "Nothing fits" in text_of(support.get(f"{MAILS}?status=bounced"))
    assert f"{delivery.pk}" in text_of(support.get(f"{MAILS}?status=sent&kind=codes"))
    assert support.get(f"{MAILS}?status=odd&kind=odd&before=odd").status_code == 400


def test_a_mail_that_came_back_is_seen_and_leads_to_where_it_is_mended(support: Client) -> None:
    delivery = sent(bounced=True)
    case = ExceptionCase.objects.get()

    page = text_of(support.get(f"{MAILS}{delivery.pk}/"))
    assert "came back" in page
    assert "hard 5.1.1" in page
    assert f"/console/exceptions/{case.pk}/" in page
    assert f"/console/trace/{delivery.purchase_id}/" in page
    assert f"{MAILS}{delivery.pk}/" in text_of(support.get(f"/console/exceptions/{case.pk}/"))
    assert f"{MAILS}{delivery.pk}/" in text_of(
        support.get(f"/console/trace/{delivery.purchase_id}/")
    )
    assert f"{delivery.pk}" in text_of(support.get(f"{MAILS}?status=bounced"))
    assert "Try it now" not in page


def test_what_was_given_up_is_tried_again(support: Client) -> None:
    issue_one()
    settle()
    Delivery.objects.update(sent_at=None, parked_at=now(), attempts=10, last_error="OSError")
    mail.outbox.clear()
    delivery = Delivery.objects.get()
    assert "Try it now" in text_of(support.get(f"{MAILS}{delivery.pk}/"))

    support.post(f"{MAILS}{delivery.pk}/retry/")
    settle()

    delivery.refresh_from_db()
    assert delivery.sent_at is not None
    assert len(mail.outbox) == 1
    assert AuditEntry.objects.get().act == "retry_delivery"


def test_there_is_no_such_mail(support: Client) -> None:
    for where in (
        f"{MAILS}01890000-0000-7000-8000-000000000000/",
        f"{WORDS}nothing/en/",
        f"{WORDS}codes_issued/tlh/",
    ):
        assert support.get(where).status_code == 404


def test_every_mail_is_looked_at_in_every_language_and_nothing_is_sent(support: Client) -> None:
    page = text_of(support.get(WORDS))
    links = set(re.findall(rf'href="({WORDS}[^"]+)"', page))
    assert {link.split("/")[4] for link in links} == set(FORMS)

    for link in sorted(links)[:6]:
        assert support.get(link).status_code == 200
        answer = support.get(f"{link}look/")
        assert answer.status_code == 200
        policy = answer["Content-Security-Policy"]
        assert policy == (
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'none';"
            " base-uri 'none'; frame-ancestors 'self'; sandbox"
        )
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        assert text_of(support.get(f"{link}look/?as=text")).strip()
    assert (mail.outbox, Delivery.objects.count()) == ([], 0)


def test_the_editor_may_frame_its_own_preview_and_nothing_else(support: Client) -> None:
    answer = support.get(CODES)

    policy = answer["Content-Security-Policy"]
    assert "frame-src 'self'" in policy
    assert "script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "sandbox title=" in text_of(answer)


def test_words_are_looked_at_saved_used_and_dropped(operations: Client) -> None:
    words = {"subject": "Moin von {brand_name}", "body": "Hier:\n\n{codes}\n\nTschüß <3"}
    looked = operations.post(f"{CODES}look/", words)
    assert "Tschüß &lt;3" in text_of(looked)
    assert not MailText.objects.exists()
    as_text = operations.post(f"{CODES}look/", {**words, "as": "text"})
    assert "Tschüß <3" in text_of(as_text)

    operations.post(CODES, {**words, "instead_of": ""})
    saved = MailText.objects.get()
    assert (saved.template, saved.language, saved.saved_by) == (
        "codes_issued",
        "en",
        "Mara Operations",
    )
    sent()
    assert mail.outbox[0].subject.startswith("Moin von")

    operations.post(CODES, {"subject": "Next", "body": "{codes}", "instead_of": str(saved.pk)})
    page = text_of(operations.get(CODES))
    assert "Moin von" in page
    assert "Moin von" in text_of(operations.get(f"{CODES}?again={saved.pk}")).split("<textarea")[0]
    operations.post(f"{CODES}drop/")
    assert not MailText.objects.filter(ended_at=None).exists()
    assert MailText.objects.count() == 2
    assert list(AuditEntry.objects.order_by("pk").values_list("act", "subject")) == [
        ("save_mail_text", "codes_issued (en)"),
        ("save_mail_text", "codes_issued (en)"),
        ("drop_mail_text", "codes_issued (en)"),
    ]


@pytest.mark.parametrize(
    ("subject", "body"), [("ok", "no code in it"), ("{codes}", "{codes}"), ("ok", "{codes}\n{x}")]
)
def test_words_that_cannot_be_sent_are_refused_and_kept_in_the_form(
    operations: Client, subject: str, body: str
) -> None:
    answer = operations.post(CODES, {"subject": subject, "body": body})

    assert answer.status_code == 422
    assert "field-error" in text_of(answer)
    assert body.splitlines()[0] in text_of(answer)
    assert operations.post(f"{CODES}look/", {"subject": subject, "body": body}).status_code == 422
    assert not MailText.objects.exists()
    assert not AuditEntry.objects.exists()


def test_nobody_overwrites_what_they_have_not_seen(operations: Client) -> None:
    words = Words(subject="First", body="{codes}")
    save_mail_text(
        key="codes_issued", language="en", words=words, instead_of=None, by=OPERATOR, at=now()
    )

    answer = operations.post(CODES, {"subject": "Second", "body": "{codes}", "instead_of": ""})

    assert answer.status_code == 409
    assert "Somebody else changed it" in text_of(answer)
    assert MailText.objects.get().subject == "First"


def test_saving_or_dropping_again_changes_nothing() -> None:
    words = Words(subject="First", body="{codes}")
    first = save_mail_text(
        key="codes_issued", language="en", words=words, instead_of=None, by=OPERATOR, at=now()
    )
    again = save_mail_text(
        key="codes_issued", language="en", words=words, instead_of=None, by=OPERATOR, at=now()
    )
    assert first == again
    assert drop_mail_text(key="codes_issued", language="en", by=OPERATOR, at=now())
    assert not drop_mail_text(key="codes_issued", language="en", by=OPERATOR, at=now())
    assert AuditEntry.objects.count() == 2


def test_who_may_not_edit_sees_and_changes_nothing(support: Client) -> None:
    page = text_of(support.get(CODES))
    assert "Save" not in page

    for where in (CODES, f"{CODES}drop/"):
        assert support.post(where, {"subject": "x", "body": "{codes}"}).status_code == 403
    assert not MailText.objects.exists()
