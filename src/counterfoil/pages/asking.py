"""Fields of forms that are made from declarations, and what is wrong with them in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from counterfoil.errors import Fault
from counterfoil.rules.answers import NO, YES, Wrong
from counterfoil.rules.questions import Ask, Asked

_TYPES: Mapping[Ask, str] = {
    Ask.TEXT: "text",
    Ask.LONG_TEXT: "textarea",
    Ask.NUMBER: "text",
    Ask.DATE: "date",
    Ask.MAIL: "email",
    Ask.CHOICE: "select",
    Ask.YES_NO: "select",
    Ask.TICK: "checkbox",
}

_SENTENCES: Mapping[str, str | Promise] = {
    "missing": _("Please fill this in."),
    "too_long": _("This is longer than %(limit)s characters."),
    "too_short": _("This is shorter than %(limit)s characters."),
    "no_choice": _("Choose one of these."),
    "no_date": _("This is not a date."),
    "no_mail": _("This is not an address that mail can reach."),
    "no_number": _("This is not a number."),
    "no_text": _("Please write this in words."),
    "no_yes_no": _("Choose yes or no."),
    "not_ticked": _("Tick this to go on."),
    "too_small": _("This is less than %(limit)s."),
    "too_large": _("This is more than %(limit)s."),
    "other_form": _("This does not have the form that is asked for."),
}

ADDRESS: Mapping[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "line1": gettext_lazy("Street and number"),
    "line2": gettext_lazy("Flat, floor, c/o"),
    "postcode": gettext_lazy("Postcode"),
    "city": gettext_lazy("Town or city"),
    "region": gettext_lazy("State or region"),
    "country": gettext_lazy("Country"),
    "phone": gettext_lazy("Telephone, for the carrier"),
}
"""The labels of a shipping address: ours, hence translated with the pages."""


def fields(
    asked: Iterable[Asked],
    given: Mapping[str, Any],
    wrong: Iterable[Wrong] = (),
    *,
    labels: Mapping[str, str | Promise] | None = None,
) -> list[dict[str, Any]]:
    """Give the fields for ``field.html``, with what was answered and what is wrong with that."""
    errors = {one.field: said(one) for one in wrong}
    return [_field(one, given.get(one.name), errors, labels or {}) for one in asked]


def said(wrong: Wrong) -> str:
    """Say what is wrong with an answer."""
    sentence = _SENTENCES.get(wrong.code)
    return str(wrong) if sentence is None else str(sentence) % {"limit": wrong.limit}


def summed(wrong: Iterable[Fault]) -> str:
    """Say in a line what is wrong, where there is no field to say it at."""
    return " ".join(one.says for one in wrong)


def shown(value: object) -> str:
    """Write an answer as a person reads it."""
    if value is True:
        return gettext("Yes")
    return gettext("No") if value is False else str(value)


def _field(
    one: Asked,
    value: Any,
    errors: Mapping[str, str],
    labels: Mapping[str, str | Promise],
) -> dict[str, Any]:
    options = list(one.choices)
    if one.ask is Ask.YES_NO:
        options = [(YES, gettext("Yes")), (NO, gettext("No"))]
    return {
        "name": one.name,
        "label": str(labels.get(one.name, one.label)),
        "type": _TYPES[one.ask],
        "required": one.required,
        "hint": one.hint,
        "options": options,
        "maxlength": one.max_length or "",
        "inputmode": _inputmode(one),
        "value": _value(value),
        "error": errors.get(one.name, ""),
        "autocomplete": one.autocomplete,
    }


def _inputmode(one: Asked) -> str:
    if one.ask is not Ask.NUMBER:
        return ""
    return "numeric" if one.is_whole else "decimal"


def _value(value: Any) -> str:
    match value:
        case None:
            return ""
        case True:
            return YES
        case False:
            return NO
        case _:
            return str(value)
