"""The words of mails: what each says in each language, looking at it, and changing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit, paging, show, staff_only
from counterfoil.effects.previewing import preview, shipped_words
from counterfoil.errors import MailTextChanged, MailTextInvalid, NotFound
from counterfoil.models import MailText
from counterfoil.models.ids import uuid_of
from counterfoil.operations.drop_mail_text import drop_mail_text
from counterfoil.operations.save_mail_text import save_mail_text
from counterfoil.queries.mail_texts import history, old_text, text_in_use, texts_in_use
from counterfoil.rules.mail_forms import FORMS, form_named
from counterfoil.rules.mail_texts import BODY_MAX, SUBJECT_MAX, MailForm, Words
from counterfoil.rules.permissions import Permission
from counterfoil.web.headers import is_framed, may_frame
from counterfoil.web.languages import languages


@staff_only(methods=("GET", "HEAD"))
def list_texts(visit: Visit) -> HttpResponse:
    """List every mail with its languages, and where staff changed the words."""
    used = texts_in_use()
    rows = [
        {
            "form": form,
            "languages": [
                {
                    "code": code,
                    "name": name,
                    "is_changed": (form.key, code) in used,
                    "url": reverse("counterfoil:console-mail-text", args=[form.key, code]),
                }
                for code, name in languages()
            ],
        }
        for form in FORMS.values()
    ]
    return show(visit, "mail_texts", {"section": "mail_texts", "rows": rows})


@staff_only()
def show_text(visit: Visit, key: str, language: str) -> HttpResponse:
    """Show what a mail says in a language, and take other words for it."""
    form = _found(key, language)
    if visit.request.method == "POST":
        return _save(visit, form, language)
    used, again = text_in_use(key, language), paging(visit, "again")
    old = old_text(again, key=key, language=language) if again else None
    chosen = old or used
    words = (
        Words(subject=chosen.subject, body=chosen.body) if chosen else shipped_words(form, language)
    )
    return _page(visit, form, language, words=words, used=used, errors={})


@staff_only(Permission.EDIT_MAILS, methods=("POST",))
def drop(visit: Visit, key: str, language: str) -> HttpResponse:
    """Go back to the words the mail is shipped with."""
    form = _found(key, language)
    if drop_mail_text(key=form.key, language=language, by=visit.operator, at=timezone.now()):
        messages.success(visit.request, _("It says again what it is shipped with."))
    return redirect("counterfoil:console-mail-text", form.key, language)


@staff_only()
def look(visit: Visit, key: str, language: str) -> HttpResponse:
    """Show the mail with made-up data: as it is now, or in the words that were posted."""
    form, asked = _found(key, language), visit.request
    words = _posted(visit) if asked.method == "POST" else None
    try:
        written = preview(form, language, words)
    except MailTextInvalid as refusal:
        return is_framed(HttpResponse(refusal.detail, content_type="text/plain", status=422))
    if (asked.POST if words else asked.GET).get("as") == "text":
        text = f"{written.subject}\n\n{written.text}"
        return is_framed(HttpResponse(text, content_type="text/plain; charset=utf-8"))
    return is_framed(HttpResponse(written.html))


def _save(visit: Visit, form: MailForm, language: str) -> HttpResponse:
    visit.require(Permission.EDIT_MAILS)
    words = _posted(visit)
    try:
        save_mail_text(
            key=form.key,
            language=language,
            words=words,
            instead_of=uuid_of(visit.request.POST.get("instead_of")),
            by=visit.operator,
            at=timezone.now(),
        )
    except MailTextInvalid as refusal:
        errors, status = {refusal.field: refusal.detail}, 422
    except MailTextChanged:
        told = _("Somebody else changed it meanwhile: look below at what they wrote.")
        errors, status = {"form": told}, 409
    else:
        messages.success(visit.request, _("It is saved, and holds from the next mail on."))
        return redirect("counterfoil:console-mail-text", form.key, language)
    used = text_in_use(form.key, language)
    return _page(visit, form, language, words=words, used=used, errors=errors, status=status)


def _page(
    visit: Visit,
    form: MailForm,
    language: str,
    *,
    words: Words,
    used: MailText | None,
    errors: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    spoken = languages()
    context: dict[str, Any] = {
        "section": "mail_texts",
        "form": form,
        "language": language,
        "language_name": dict(spoken)[language],
        "languages": [
            (name, reverse("counterfoil:console-mail-text", args=[form.key, code]), code)
            for code, name in spoken
        ],
        "words": words,
        "limits": {"subject": SUBJECT_MAX, "body": BODY_MAX},
        "instead_of": used.pk if used else "",
        "is_changed": used is not None,
        "placeholders": [
            (f"{{{name}}}", meaning, name in form.required, name in form.blocks)
            for name, meaning in form.in_text.items()
        ],
        "texts": history(form.key, language),
        "errors": errors,
        "look_url": reverse("counterfoil:console-mail-look", args=[form.key, language]),
        "may_edit": visit.may(Permission.EDIT_MAILS),
    }
    return may_frame(show(visit, "mail_text", context, status=status))


def _posted(visit: Visit) -> Words:
    posted = visit.request.POST
    return Words(subject=posted.get("subject", ""), body=posted.get("body", ""))


def _found(key: str, language: str) -> MailForm:
    """
    Give the mail that an address names, in a language we speak.

    :raises NotFound: if there is none.
    """
    if language not in dict(languages()):
        raise NotFound("There is no such language here.")
    return form_named(key)
