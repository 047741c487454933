"""Looking at a mail with made-up data, and at the words it is shipped with. Nothing is sent."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils import translation

from counterfoil.effects.mail_samples import SAMPLES
from counterfoil.effects.writing import (
    Written,
    block,
    shown,
    with_frame,
    words_of_staff,
    write_in,
    write_shipped,
)
from counterfoil.rules.mail_texts import MailForm, Words, checked

SIGNATURE = "\n-- \n"


def preview(form: MailForm, language: str, words: Words | None = None) -> Written:
    """
    Write a mail with made-up data as it would be sent now, or in words that are not saved yet.

    :raises MailTextInvalid: if it could not be sent in these words.
    """
    sample = SAMPLES[form.key]()
    with translation.override(language):
        chosen = checked(form, words) if words else words_of_staff(form.key, language)
        if chosen is None:
            return write_shipped(form.template, sample)
        return write_in(chosen, form, sample)


def shipped_words(form: MailForm, language: str) -> Words:
    """
    Give the words a mail is shipped with as staff would write them, to begin from.

    They are read off a mail that was written with made-up data: what was made up becomes the
    placeholder again.
    """
    sample = {**SAMPLES[form.key](), "is_test": False}
    with translation.override(language):
        given = with_frame(sample) | {"support_email": ""}
        without_order = {**given, "order_reference": ""}
        written = write_shipped(form.template, without_order)
        body = written.text.rsplit(SIGNATURE, 1)[0]
        for name in form.blocks:
            if name != "button":
                said = block(name, form, given, "txt").strip("\n")
                body = body.replace(said, f"\n{{{name}}}\n", 1)
        body = _with_button(body, form, given) if "button" in form.blocks else body
        body = _with_placeholders(body, form.in_text, given)
        subject = _with_placeholders(written.subject, form.in_subject, given)
    return Words(subject=subject, body=re.sub(r"\n{3,}", "\n\n", body).strip())


def _with_button(body: str, form: MailForm, given: Mapping[str, Any]) -> str:
    """Put the button where the text has its address; there is one, whatever the text repeats."""
    lines, address, is_there = [], str(given[form.leads_to]), False
    for line in body.splitlines():
        if address not in line:
            lines.append(line)
        elif not is_there:
            lines += ["", "{button}", ""]
            is_there = True
    return "\n".join(lines)


def _with_placeholders(text: str, names: Mapping[str, str], given: Mapping[str, Any]) -> str:
    """Put placeholders where their made-up values stand, the longest first."""
    values = {name: shown(given.get(name)) for name in names}
    told = sorted(((value, name) for name, value in values.items() if value), reverse=True)
    for value, name in sorted(told, key=lambda one: -len(one[0])):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", f"{{{name}}}", text)
    return text
