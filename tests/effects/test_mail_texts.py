"""The words of mails: shipped ones in every language, those of staff within the same frame."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.template.loader import get_template

from counterfoil.conf import conf
from counterfoil.effects.mail_samples import NO_CODE, SAMPLES
from counterfoil.effects.previewing import preview, shipped_words
from counterfoil.effects.settling import settle
from counterfoil.effects.writing import write_in
from counterfoil.errors import CodeMalformed, MailTextInvalid
from counterfoil.models import MailText
from counterfoil.rules.codes import display, normalise
from counterfoil.rules.mail_forms import FORMS, form_of
from counterfoil.rules.mail_texts import Words, checked
from counterfoil.testing.builders import issue_one, now
from tests.house.source import ROOT

MAILS = ROOT / "src/counterfoil/templates/counterfoil/mail"
LANGUAGES = ("en", "de", "es", "fr", "ar")
pytestmark = pytest.mark.django_db

EVERY = [(key, language) for key in FORMS for language in LANGUAGES]


class Links(HTMLParser):
    """Collects what a mail points to, and what it would load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the addresses in a tag."""
        for name, value in attrs:
            if name == "href" and tag == "a":
                self.links.append(value or "")
            elif name in {"src", "srcset", "background", "poster", "data", "action", "href"}:
                self.loads.append(f"{tag} {value}")
            elif name == "style" and "url(" in (value or ""):
                self.loads.append(value or "")


def templates() -> Iterator[str]:
    for path in sorted(MAILS.glob("*_subject.txt")):
        yield path.name.removesuffix("_subject.txt")


def test_every_template_is_a_mail_and_has_made_up_data() -> None:
    """Whoever adds a mail adds it to rules/mail_forms.py and effects/mail_samples.py."""
    assert set(templates()) == {form.template for form in FORMS.values()}
    assert set(SAMPLES) == set(FORMS)
    for key, form in FORMS.items():
        found = form_of(form.template, SAMPLES[key]())
        assert found is not None
        assert found.key == key
        for ending in ("_subject.txt", ".txt", ".html"):
            get_template(f"counterfoil/mail/{form.template}{ending}")
        for name in form.blocks:
            get_template(f"counterfoil/mail/block_{name}.html")
            get_template(f"counterfoil/mail/block_{name}.txt")
        given = {"brand_name": "", **SAMPLES[key]()}
        assert set(form.values) <= set(given)
        assert set(form.required) <= set(form.blocks)


@pytest.mark.parametrize(("key", "language"), EVERY)
def test_every_mail_reads_well_in_every_language(key: str, language: str) -> None:
    written = preview(FORMS[key], language)

    assert 0 < len(written.subject) < 120
    assert "\n" not in written.subject
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in written.html
    for text in (written.subject, written.text, written.html.partition("</style>")[2]):
        assert not re.search(r"\{[%{]|\{\w+\}|None|\bFalse\b", text)
    assert "\n\n\n\n" not in written.text
    assert written.text.rstrip().endswith(conf.SITE_NAME)


@pytest.mark.parametrize(("key", "language"), EVERY)
def test_no_mail_is_watched(key: str, language: str) -> None:
    """Only links of our own, without a query to count by, and nothing that loads."""
    written = preview(FORMS[key], language)
    found = Links(written.html)

    assert found.loads == []
    assert "<script" not in written.html
    ours = urlsplit(conf.SITE_URL)
    for link in [*found.links, *re.findall(r"https?://\S+", written.text)]:
        parts = urlsplit(link)
        if parts.scheme != "mailto":
            assert (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)
            assert parts.query == ""


@pytest.mark.parametrize(("key", "language"), EVERY)
def test_the_shipped_words_can_be_saved_as_they_are(key: str, language: str) -> None:
    form = FORMS[key]
    words = shipped_words(form, language)

    assert checked(form, words) == words
    again = preview(form, language, words)

    shipped = preview(form, language)
    assert again.subject == shipped.subject
    kept = set(re.findall(r"[^\W\d_]{4,}", shipped.text))
    assert len(kept - set(re.findall(r"[^\W\d_]{4,}", again.text))) <= len(kept) * 0.25


def test_no_code_of_a_preview_can_be_a_code() -> None:
    with pytest.raises(CodeMalformed):
        normalise(NO_CODE)


def test_staff_change_the_words_and_the_frame_stays() -> None:
    MailText.objects.create(
        template="codes_issued",
        language=django_settings.LANGUAGE_CODE.split("-")[0],
        subject="Hello from {brand_name}",
        body="Take <b>care</b> of it,\nplease.\n\n{codes}\n\n{order_reference}\n\nBye & thanks",
        saved_by="mara",
        saved_at=now(),
    )
    issued = issue_one()
    settle()

    [message] = mail.outbox
    html = str(message.alternatives[0][0])  # type: ignore[attr-defined]
    assert message.subject == f"Hello from {conf.SITE_NAME}"
    assert display(issued.code) in message.body
    assert "Take <b>care</b> of it,\nplease." in message.body
    assert "Take &lt;b&gt;care&lt;/b&gt; of it,<br>please." in html
    assert "Bye &amp; thanks" in html
    assert "Thank you." not in message.body + html
    assert "Test mode" in message.body
    assert "Test mode" in html


@pytest.mark.parametrize(
    ("subject", "body", "field"),
    [
        ("", "{codes}", "subject"),
        ("x" * 201, "{codes}", "subject"),
        ("{codes}", "{codes}", "subject"),
        ("ok", "", "body"),
        ("ok", "nothing in it", "body"),
        ("ok", "here: {codes}", "body"),
        ("ok", "{codes}\n\n{codes}", "body"),
        ("ok", "{codes}\n{one_time_code}", "body"),
        ("ok", "{codes}\n{brand_name.__class__}", "body"),
        ("ok", "{codes}\n{{ brand_name }}", "body"),
        ("ok", "{codes}\n{% load i18n %}", "body"),
        ("ok", "{codes}\n{", "body"),
        ("ok", "{codes}\x00", "body"),
        ("ok", "{codes}" + "x" * 8_000, "body"),
    ],
)
def test_words_that_cannot_be_sent_are_refused(subject: str, body: str, field: str) -> None:
    with pytest.raises(MailTextInvalid) as refused:
        checked(FORMS["codes_issued"], Words(subject=subject, body=body))

    assert refused.value.field == field


def test_what_stands_in_a_value_is_no_placeholder() -> None:
    form = FORMS["assigned_ready"]
    sample = {**SAMPLES[form.key](), "product": "{subject} <i>x</i>", "subject": "SECRET"}
    written = write_in(Words(subject="{product}", body="{product}\n\n{button}"), form, sample)

    assert "SECRET" not in written.subject + written.text + written.html
    assert "&lt;i&gt;x&lt;/i&gt;" in written.html
