"""Answers: read from a form, and judged by the schema that the form was made from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from counterfoil.rules.keepable import LARGEST, flaw_in
from counterfoil.rules.people import normalise_mail
from counterfoil.rules.questions import Ask, Schema, ask_of, label_of, names

LONGEST = 2_000  # characters of an answer whose declaration names no limit
YES, NO = "yes", "no"

SENTENCES: Mapping[str, str] = {
    "missing": "{label} is missing.",
    "too_long": "{label} is longer than {limit} characters.",
    "too_short": "{label} is shorter than {limit} characters.",
    "no_choice": "{label} is not one of the choices.",
    "no_date": "{label} is not a date.",
    "no_mail": "{label} is not an address that mail can reach.",
    "no_number": "{label} is not a number.",
    "no_text": "{label} is not a text.",
    "no_yes_no": "{label} is neither yes nor no.",
    "not_ticked": "{label} has to be agreed to.",
    "too_small": "{label} is less than {limit}.",
    "too_large": "{label} is more than {limit}.",
    "other_form": "{label} does not have the form that is asked for.",
    "unknown": "Nobody asks for {label}.",
}
"""What can be wrong with an answer, in words; surfaces translate by the code."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wrong:
    """One answer that cannot be used: which, why, and the limit it breaks."""

    field: str
    code: str
    label: str
    limit: str = ""

    def __str__(self) -> str:
        return SENTENCES[self.code].format(label=self.label, limit=self.limit)


def from_form(schema: Schema, given: Mapping[str, str]) -> dict[str, Any]:
    """
    Read what a form sent, which is always text, as the schema has it; nothing is judged.

    What nobody asks for is left out, and so is what was left empty.
    """
    found = {}
    for name in names(schema):
        text = str(given.get(name, "")).strip()
        if text:
            found[name] = _read(schema["properties"][name], text)
    return found


def judge(schema: Schema, given: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Wrong, ...]]:
    """Give the answers, tidied, and everything that is wrong with them."""
    answers = {name: _tidy(given[name]) for name in names(schema) if name in given}
    answers = {name: value for name, value in answers.items() if value not in ("", None)}
    wrong = {
        name: Wrong(field=name, code=_unkept(value), label=label_of(schema, name))
        for name, value in answers.items()
        if flaw_in(value) is not None
    }
    kept = {name: value for name, value in answers.items() if name not in wrong}
    plain = {key: value for key, value in schema.items() if not key.startswith("x-")}
    found = sorted(Draft202012Validator(plain).iter_errors(kept), key=lambda one: one.json_path)
    for error in found:
        for one in _wrong(schema, error):
            wrong.setdefault(one.field, one)
    for name, value in answers.items():
        code = _unformed(schema["properties"][name], value)
        if code and name not in wrong:
            limit = str(LONGEST) if code == "too_long" else ""
            wrong[name] = Wrong(field=name, code=code, label=label_of(schema, name), limit=limit)
    return answers, tuple(wrong[name] for name in names(schema) if name in wrong)


def unknown(schema: Schema, given: Mapping[str, Any]) -> tuple[Wrong, ...]:
    """Give what was said that nobody asks for."""
    extra = sorted(set(given) - set(schema.get("properties", {})))
    return tuple(Wrong(field=name[:60], code="unknown", label=name[:60]) for name in extra)


def _read(part: Schema, text: str) -> Any:
    match ask_of(part):
        case Ask.CHOICE:
            return next((one for one in part["enum"] if str(one) == text), text)
        case Ask.YES_NO | Ask.TICK:
            return {YES: True, "on": True, NO: False}.get(text, text)
        case Ask.NUMBER:
            return _number(text)
        case _:
            return text.replace("\r\n", "\n")


def _number(text: str) -> Any:
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return text
    if not found.is_finite() or found.copy_abs() > LARGEST:
        return text
    return int(found) if found == found.to_integral_value() else float(found)


def _tidy(value: Any) -> Any:
    return value.replace("\0", "").strip() if isinstance(value, str) else value


def _unkept(value: Any) -> str:
    return "no_number" if isinstance(value, int | float) else "other_form"


def _wrong(schema: Schema, error: ValidationError) -> Iterator[Wrong]:
    keyword = str(error.validator)
    if keyword == "required":
        given: Any = error.instance
        for name in schema["required"]:
            if name in given:
                continue
            ticked = ask_of(schema["properties"][name]) is Ask.TICK
            code = "not_ticked" if ticked else "missing"
            yield Wrong(field=name, code=code, label=label_of(schema, name))
        return
    name = str(error.path[0])
    code = _CODES.get(keyword) or _OF_TYPE[ask_of(schema["properties"][name])]
    limit = str(error.validator_value) if keyword in _LIMITED else ""
    yield Wrong(field=name, code=code, label=label_of(schema, name), limit=limit)


_LIMITED = {"maxLength", "minLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
_CODES = {
    "maxLength": "too_long",
    "minLength": "too_short",
    "enum": "no_choice",
    "const": "not_ticked",
    "pattern": "other_form",
    "multipleOf": "other_form",
    "minimum": "too_small",
    "exclusiveMinimum": "too_small",
    "maximum": "too_large",
    "exclusiveMaximum": "too_large",
}
_OF_TYPE = {
    Ask.TEXT: "no_text",
    Ask.LONG_TEXT: "no_text",
    Ask.DATE: "no_date",
    Ask.MAIL: "no_mail",
    Ask.CHOICE: "no_choice",
    Ask.NUMBER: "no_number",
    Ask.YES_NO: "no_yes_no",
    Ask.TICK: "not_ticked",
}


def _unformed(part: Schema, value: Any) -> str:
    """Judge what a JSON schema leaves open: the formats, and a text without end."""
    if not isinstance(value, str):
        return ""
    ask = ask_of(part)
    if ask is Ask.MAIL and normalise_mail(value) is None:
        return "no_mail"
    if ask is Ask.DATE:
        try:
            is_date = date.fromisoformat(value).isoformat() == value
        except ValueError:
            is_date = False
        return "" if is_date else "no_date"
    return "too_long" if "maxLength" not in part and len(value) > LONGEST else ""
