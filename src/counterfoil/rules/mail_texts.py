"""
The words of a mail as staff may write them: text, and placeholders in braces.

They are never a template: a placeholder is one of those that are declared for the mail, and
whatever else stands in braces is refused. Values stand anywhere, blocks (a code, a button) on a
line of their own.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from counterfoil.errors import MailTextInvalid

SUBJECT_MAX, BODY_MAX = 200, 8_000
IN_BRACES = re.compile(r"\{([a-z][a-z_]{0,39})\}")

COMMON: Mapping[str, str] = MappingProxyType({"brand_name": "what the shop is called"})
"""Placeholders that every mail has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MailForm:
    """
    One mail whose words can be changed, and what may stand in them.

    ``values`` and ``blocks`` say for each placeholder what stands there. ``variant`` sets mails
    apart that share a template, by what stands in its context under ``variant_by``. ``button`` is
    what the block ``button`` says, which leads to what the context has under ``leads_to``.
    """

    template: str
    title: str
    values: Mapping[str, str] = field(default_factory=dict)
    blocks: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    variant_by: str = ""
    variant: str = ""
    button: str = ""
    leads_to: str = "url"

    @property
    def key(self) -> str:
        """Give the name under which its words are kept."""
        return f"{self.template}_{self.variant}" if self.variant else self.template

    @property
    def in_text(self) -> Mapping[str, str]:
        """Give every placeholder that may stand in the text, and its meaning."""
        return {**COMMON, **self.values, **self.blocks}

    @property
    def in_subject(self) -> Mapping[str, str]:
        """Give those that may stand in the subject: it shows on locked screens, so no block."""
        return {**COMMON, **self.values}


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A subject and a text with placeholders."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, or a block where ``block`` names one."""

    lines: tuple[str, ...] = ()
    block: str = ""


def checked(form: MailForm, words: Words) -> Words:
    """
    Give the words tidied, if they can be sent as this mail.

    :raises MailTextInvalid: if one of them is empty or too long, a placeholder is unknown, out of
        place or twice where once is enough, or one that is needed is missing.
    """
    subject = " ".join(words.subject.split())
    body = "\n".join(line.rstrip() for line in words.body.splitlines()).strip("\n")
    for name, text, most in (("subject", subject, SUBJECT_MAX), ("body", body, BODY_MAX)):
        if not text:
            raise MailTextInvalid("It is empty.", field=name)
        if len(text) > most:
            raise MailTextInvalid(f"It is longer than {most} characters.", field=name)
        if any(ord(sign) < ord(" ") and sign not in "\n\t" for sign in text):
            raise MailTextInvalid("There is an invisible sign in it.", field=name)
    _refuse_unknown(subject, form.in_subject, "subject")
    _refuse_unknown(body, form.in_text, "body")
    _refuse_misplaced(form, body)
    return Words(subject=subject, body=body)


def parts(body: str, blocks: Mapping[str, str]) -> Iterator[Part]:
    """Cut a text into paragraphs and blocks."""
    lines: list[str] = []
    for line in [*body.splitlines(), ""]:
        found = IN_BRACES.fullmatch(line.strip())
        block = found.group(1) if found and found.group(1) in blocks else ""
        if line.strip() and not block:
            lines.append(line.strip())
            continue
        if lines:
            yield Part(tuple(lines))
            lines = []
        if block:
            yield Part(block=block)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values where their placeholders stand; nothing in a value is read as a placeholder."""
    return IN_BRACES.sub(lambda found: values.get(found.group(1), ""), text)


def _refuse_unknown(text: str, known: Mapping[str, str], name: str) -> None:
    for found in IN_BRACES.finditer(text):
        if found.group(1) not in known:
            raise MailTextInvalid(f"{found.group()} cannot stand here.", field=name)
    rest = IN_BRACES.sub("", text)
    if "{" in rest or "}" in rest:
        raise MailTextInvalid("Braces are for placeholders only, such as {brand_name}.", field=name)


def _refuse_misplaced(form: MailForm, body: str) -> None:
    used = IN_BRACES.findall(body)
    alone = [part.block for part in parts(body, form.blocks) if part.block]
    for name in form.blocks:
        if used.count(name) != alone.count(name):
            raise MailTextInvalid(f"{{{name}}} stands on a line of its own.")
        if used.count(name) > 1:
            raise MailTextInvalid(f"{{{name}}} can stand there once only.")
    for name in form.required:
        if name not in used:
            raise MailTextInvalid(f"{{{name}}} is missing: without it the mail is of no use.")
