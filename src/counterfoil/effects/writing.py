"""
Writing a mail: in the shipped words, or in those of staff where they have changed them.

Words of staff are text with placeholders. They are escaped, put into paragraphs, and stand in the
same frame as the shipped ones; the HTML and the text of the mail are both made from them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from counterfoil.conf import conf
from counterfoil.models import MailText
from counterfoil.rules.mail_forms import form_of
from counterfoil.rules.mail_texts import MailForm, Words, fill, parts

PARAGRAPH = '<tr><td style="padding:0 4px 14px;"><p style="margin:0;">{}</p></td></tr>'


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What a mail says, in the language that is active."""

    subject: str
    text: str
    html: str


def write(template: str, context: Mapping[str, Any]) -> Written:
    """Write a mail in the active language, in the words of staff if there are any."""
    form = form_of(template, context)
    words = words_of_staff(form.key, get_language() or "") if form else None
    if form is None or words is None:
        return write_shipped(template, context)
    return write_in(words, form, context)


def words_of_staff(key: str, language: str) -> Words | None:
    """Give what staff made of a mail in a language, or in the one it is a variant of."""
    spoken = {language, language.partition("-")[0]}
    texts = MailText.objects.filter(template=key, language__in=spoken, ended_at=None)
    text = max(texts, key=lambda one: len(one.language), default=None)
    return Words(subject=text.subject, body=text.body) if text else None


def write_shipped(template: str, context: Mapping[str, Any]) -> Written:
    """Write a mail in the shipped words."""
    given = with_frame(context)
    return Written(
        subject=" ".join(rendered(f"{template}_subject.txt", given).split()),
        text=rendered(f"{template}.txt", given),
        html=rendered(f"{template}.html", given),
    )


def write_in(words: Words, form: MailForm, context: Mapping[str, Any]) -> Written:
    """Write a mail in these words, which were checked when they were saved."""
    given = with_frame(context)
    values = {name: shown(given.get(name)) for name in form.in_subject}
    given["subject_line"] = " ".join(fill(words.subject, values).split())
    given["rows"] = list(_rows(words.body, form, given, values))
    given["paragraphs"] = list(_paragraphs(words.body, form, given, values))
    return Written(
        subject=given["subject_line"],
        text=rendered("staff.txt", given),
        html=rendered("staff.html", given),
    )


def with_frame(context: Mapping[str, Any]) -> dict[str, Any]:
    """Add what the frame of every mail needs."""
    return {"brand_name": conf.SITE_NAME, "support_email": conf.SUPPORT_MAIL, **context}


def block(name: str, form: MailForm, given: Mapping[str, Any], ending: str) -> str:
    """Write one block of a mail, as ``html`` or ``txt``."""
    button = {
        "button_label": gettext(form.button) if form.button else "",
        "button_url": given.get(form.leads_to, ""),
    }
    return rendered(f"block_{name}.{ending}", {**given, **button})


def shown(value: object) -> str:
    """Write a value where its placeholder stands: moments as days, in the reader's language."""
    if value is None:
        return ""
    return rendered("day.txt", {"day": value}) if isinstance(value, datetime) else str(value)


def rendered(name: str, given: Mapping[str, Any]) -> str:
    """Render one template of a mail."""
    return render_to_string(f"counterfoil/mail/{name}", dict(given))


def _rows(
    body: str, form: MailForm, given: Mapping[str, Any], values: Mapping[str, str]
) -> Iterator[SafeString]:
    for part in parts(body, form.blocks):
        if part.block:
            yield mark_safe(block(part.block, form, given, "html"))  # noqa: S308 - our own template
            continue
        lines = _filled(part.lines, values)
        if lines:
            broken = format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))
            yield format_html(PARAGRAPH, broken)


def _paragraphs(
    body: str, form: MailForm, given: Mapping[str, Any], values: Mapping[str, str]
) -> Iterator[str]:
    for part in parts(body, form.blocks):
        if part.block:
            yield block(part.block, form, given, "txt").strip("\n")
            continue
        lines = _filled(part.lines, values)
        if lines:
            yield "\n".join(lines)


def _filled(lines: tuple[str, ...], values: Mapping[str, str]) -> list[str]:
    """Fill lines in; one that is empty then is left out, so that nothing gapes."""
    filled = (fill(line, values) for line in lines)
    return [one for line in filled for one in line.splitlines() if one.strip()]
