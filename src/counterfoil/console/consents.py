"""Texts that holders are asked to agree to: every version, writing the next, what it changes."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.fields import Field
from counterfoil.errors import ConsentChanged, ConsentInvalid
from counterfoil.operations.publish_consent import LONGEST_BODY, LONGEST_TITLE, publish_consent
from counterfoil.queries.consents import TextVersion, asking, documents_seen, versions_of
from counterfoil.queries.kept_settings import kept_about
from counterfoil.rules.permissions import Permission
from counterfoil.web.languages import languages

Texts = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """One language of a text, with what was taken out and put in, line by line."""

    name: str
    code: str
    lines: Sequence[tuple[str, str]]


@staff_only(methods=("GET", "HEAD"))
def list_texts(visit: Visit) -> HttpResponse:
    """List the texts, each in its newest version."""
    context = {
        "section": "consents",
        "rows": documents_seen(),
        "may_change": visit.may(Permission.MANAGE_PRODUCTS),
    }
    return show(visit, "consents", context)


@staff_only(methods=("GET", "HEAD"))
def show_text(visit: Visit, document: str) -> HttpResponse:
    """Show every version of a text, in every language."""
    versions = versions_of(document)
    names = dict(languages())
    context = {
        "section": "consents",
        "document": document,
        "versions": [
            {
                "one": one,
                "texts": [
                    (code, names.get(code, code), title, body)
                    for code, (title, body) in one.texts.items()
                ],
            }
            for one in versions
        ],
        "products": asking().get(document, ()),
        "log": kept_about(f"consent:{document}"),
        "may_change": visit.may(Permission.MANAGE_PRODUCTS),
    }
    return show(visit, "consent", context)


@staff_only(Permission.MANAGE_PRODUCTS)
def write_new(visit: Visit) -> HttpResponse:
    """Ask for a text that there was none of yet, and publish it."""
    return _write(visit, visit.request.POST.get("document", "").strip(), None)


@staff_only(Permission.MANAGE_PRODUCTS)
def write(visit: Visit, document: str) -> HttpResponse:
    """Ask what the next version says; say what that would change; publish it."""
    return _write(visit, document, versions_of(document)[0])


def _write(visit: Visit, document: str, newest: TextVersion | None) -> HttpResponse:
    answers = visit.request.POST.dict()
    is_new, held = newest is None, newest.version if newest else 0
    if visit.request.method != "POST":
        return _form(visit, document, newest, newest.texts if newest else {}, {}, over=held)
    texts, over = _posted(answers), _version(answers.get("instead_of", ""))
    if "back" in answers:
        return _form(visit, document, newest, texts, {}, over=over, is_new=is_new)
    if "publish" not in answers and texts and not is_new:
        return _preview(visit, document, newest, texts, is_stale=over != held)
    try:
        number = publish_consent(
            document=document,
            texts=texts,
            instead_of=over,
            by=visit.operator,
            at=timezone.now(),
        )
    except ConsentInvalid as refusal:
        errors = dict(reversed(refusal.faults))
        return _form(visit, document, newest, texts, errors, over=over, is_new=is_new)
    except ConsentChanged:
        if is_new:
            errors = {"document": _("There is a text of this name already: open that one.")}
            return _form(visit, document, None, texts, errors, over=over, is_new=True)
        return _preview(visit, document, versions_of(document)[0], texts, is_stale=True)
    said = _("Version %(n)d is what holders are shown from now on.") % {"n": number}
    messages.success(visit.request, said, fail_silently=True)
    return redirect("counterfoil:console-consent", document)


def _form(
    visit: Visit,
    document: str,
    newest: TextVersion | None,
    texts: Texts,
    errors: Mapping[str, str],
    *,
    over: int,
    is_new: bool = False,
) -> HttpResponse:
    name = Field(
        name="document",
        label=_("Name"),
        maxlength=64,
        hint=_("Steps of onboarding call it so, such as privacy. It stays the same for good."),
    )
    context = {
        "section": "consents",
        "document": "" if newest is None else document,
        "newest": newest,
        "next": newest.version + 1 if newest else 1,
        "instead_of": over,
        "name": name.shown(document, errors.get("document", "")) if newest is None else None,
        "languages": list(_fields(texts, errors)),
        "errors": errors,
    }
    return show(visit, "consent_form", context, status=409 if errors else 200)


def _preview(
    visit: Visit, document: str, newest: TextVersion | None, texts: Texts, *, is_stale: bool
) -> HttpResponse:
    before = newest.texts if newest else {}
    context: dict[str, Any] = {
        "section": "consents",
        "document": document,
        "newest": newest,
        "next": newest.version + 1 if newest else 1,
        "changed": list(_changed(before, texts)),
        "products": asking().get(document, ()),
        "answers": [
            pair
            for code, (title, body) in texts.items()
            for pair in ((f"title.{code}", title), (f"body.{code}", body))
        ],
        "is_stale": is_stale,
    }
    return show(visit, "consent_preview", context, status=409 if is_stale else 200)


def _fields(texts: Texts, errors: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    kept = {code: code for code in texts}
    for code, name in (kept | dict(languages())).items():
        title, body = texts.get(code, ("", ""))
        asked = (
            (Field(name=f"title.{code}", label=_("Title"), maxlength=LONGEST_TITLE), title),
            (
                Field(
                    name=f"body.{code}",
                    label=_("Text"),
                    type="textarea",
                    maxlength=LONGEST_BODY,
                ),
                body,
            ),
        )
        shown = [
            one.shown(value, errors.get(one.name, ""))
            | {"css": "tall" if one.type == "textarea" else ""}
            for one, value in asked
        ]
        is_open = bool(title or body or any(one["error"] for one in shown))
        yield {"code": code, "name": name, "fields": shown, "is_open": is_open}


def _changed(before: Texts, after: Texts) -> Iterator[Changed]:
    names = dict(languages())
    for code in sorted({*before, *after}):
        was, will = ("\n".join(one.get(code, ("", ""))).strip() for one in (before, after))
        if was != will:
            lines = [
                (line[0], line[2:])
                for line in difflib.ndiff(was.splitlines(), will.splitlines())
                if line[0] in "+- "
            ]
            yield Changed(name=names.get(code, code), code=code, lines=lines)


def _posted(answers: Mapping[str, str]) -> Texts:
    """Give the languages in which something was written."""
    found = {}
    for name in answers:
        part, _dot, code = name.partition(".")
        if part == "title" and 0 < len(code) <= 16:
            title, body = (
                answers.get(f"{one}.{code}", "").replace("\x00", "").replace("\r\n", "\n").strip()
                for one in ("title", "body")
            )
            if title or body:
                found[code] = (title, body)
    return found


def _version(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
