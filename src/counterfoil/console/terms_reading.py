"""From terms to the answers of a form, and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.console.terms_draft import ON, SIMPLE, Draft, Row
from counterfoil.errors import Fault, TermsInvalid
from counterfoil.rules.codes import CodeForm
from counterfoil.rules.onboarding import Question, Step, StepKind
from counterfoil.rules.terms import Binding, RefundPolicy, SubjectField, Terms, TransferPolicy


def draft_of(terms: Terms) -> Draft:
    """Give the form in which these terms can be changed."""
    data = terms.as_data()
    simple = {name: str(data[name]) for name in SIMPLE}
    simple["valid_days"] = "" if terms.valid_days is None else str(terms.valid_days)
    for name in ("reminder_days", "warning_days"):
        simple[name] = ", ".join(str(one) for one in data[name])
    steps = [
        {
            "key": step.key,
            "kind": step.kind.value,
            "required": ON if step.required else "",
            "title": step.title,
            "document": step.document,
            "languages": dict(step.titles),
            "questions": [_asked_row(one, one.kind, one.labels) for one in step.questions],
        }
        for step in terms.onboarding
    ]
    return Draft(
        simple=simple,
        fields=[_asked_row(one, "", {}) for one in terms.subject_fields],
        steps=steps,
    )


def terms_of(draft: Draft) -> Terms:
    """
    Give the terms that were written.

    :raises TermsInvalid: if an answer is none.
    """
    faults: list[Fault] = []
    number = _Numbers(draft.simple, faults)
    chosen = {
        name: _chosen(draft.simple.get(name, ""), kind, name, faults)
        for name, kind in (
            ("refund_policy", RefundPolicy),
            ("transfer_policy", TransferPolicy),
            ("binding", Binding),
            ("code_form", CodeForm),
        )
    }
    values: dict[str, Any] = chosen | {
        "valid_days": number.one("valid_days", needed=False),
        "offer_days": number.one("offer_days"),
        "undo_hours": number.one("undo_hours"),
        "reminder_days": number.several("reminder_days"),
        "warning_days": number.several("warning_days"),
        "cutoff": draft.simple.get("cutoff", ""),
        "subject_kind": draft.simple.get("subject_kind", ""),
        "subject_fields": tuple(
            SubjectField(**_asked(row, f"fields.{at}", faults))
            for at, row in enumerate(draft.fields)
        ),
        "onboarding": tuple(
            _step(row, f"steps.{at}", faults) for at, row in enumerate(draft.steps)
        ),
    }
    if faults:
        raise TermsInvalid(faults=faults)
    return Terms(**values)


@dataclass
class _Numbers:
    """Reads the answers that are numbers, and remembers which are not."""

    answers: Mapping[str, str]
    faults: list[Fault]

    def one(self, name: str, *, needed: bool = True) -> int | None:
        text = self.answers.get(name, "").replace(",", "").strip()
        if not text and not needed:
            return None
        if text.isascii() and text.isdigit() and len(text) < 7:
            return int(text)
        self.faults.append(Fault(name, _("Give a whole number.")))
        return 0

    def several(self, name: str) -> tuple[int, ...]:
        parts = [one for one in self.answers.get(name, "").replace(",", " ").split() if one]
        if all(one.isascii() and one.isdigit() and len(one) < 6 for one in parts):
            return tuple(int(one) for one in parts)
        self.faults.append(Fault(name, _("Whole days with a comma between them, such as 7, 30.")))
        return ()


def _chosen(text: str, kind: Any, place: str, faults: list[Fault]) -> Any:
    try:
        return kind(text)
    except ValueError:
        faults.append(Fault(place, _("Choose one.")))
        return next(iter(kind))


def _step(row: Row, place: str, faults: list[Fault]) -> Step:
    kind = _chosen(row.get("kind", ""), StepKind, f"{place}.kind", faults)
    questions = tuple(
        Question(
            **_asked(one, f"{place}.questions.{at}", faults),
            kind=one.get("kind") or "text",
            labels=_spoken(one),
        )
        for at, one in enumerate(row["questions"])
    )
    return Step(
        key=row.get("key", ""),
        kind=kind,
        required=bool(row.get("required")),
        title=row.get("title", ""),
        document=row.get("document", "") if kind is StepKind.CONSENT else "",
        questions=questions,
        titles=_spoken(row),
    )


def _asked(row: Row, place: str, faults: list[Fault]) -> dict[str, Any]:
    length = str(row.get("max_length", "")).strip() or "120"
    if not (length.isascii() and length.isdigit() and len(length) < 6):
        faults.append(Fault(f"{place}.max_length", _("Give a whole number.")))
        length = "120"
    choices = str(row.get("choices", "")).replace("\r", "").split("\n")
    return {
        "name": row.get("name", ""),
        "label": row.get("label", ""),
        "required": bool(row.get("required")),
        "choices": tuple(one.strip() for one in choices if one.strip()),
        "max_length": int(length),
    }


def _asked_row(one: SubjectField | Question, kind: str, labels: Mapping[str, str]) -> Row:
    return {
        "name": one.name,
        "label": one.label,
        "kind": kind,
        "required": ON if one.required else "",
        "choices": "\n".join(one.choices),
        "max_length": str(one.max_length),
        "languages": dict(labels),
    }


def _spoken(row: Row) -> dict[str, str]:
    return {code: text for code, text in row.get("languages", {}).items() if text}
