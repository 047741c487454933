"""What the form of terms asks for, group by group."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.console.fields import Field
from counterfoil.console.terms_draft import Draft, Row
from counterfoil.console.terms_words import (
    BINDINGS,
    CODE_FORMS,
    QUESTIONS,
    REFUNDS,
    STEPS,
    TRANSFERS,
    Words,
)
from counterfoil.models.subject_kinds import subject_kinds
from counterfoil.rules.terms_checks import LABEL_MAX
from counterfoil.web.languages import OURS, languages

Shown = dict[str, Any]


def form_of(draft: Draft, faults: Mapping[str, str], documents: Sequence[str]) -> Shown:
    """Give the whole form for its template, with what is wrong where it stands."""
    values = draft.flat()

    def shown(*fields: Field) -> list[Shown]:
        return [one.shown(values.get(one.name, ""), faults.get(one.name, "")) for one in fields]

    return {
        "promises": shown(*_promises()),
        "times": shown(*_times()),
        "subject": shown(_kind()),
        "fields": [
            {"place": f"fields.{at}", "fields": shown(*_asked(f"fields.{at}", row, kinds=False))}
            for at, row in enumerate(draft.fields)
        ],
        "steps": [
            _step_shown(f"steps.{at}", step, shown, documents)
            for at, step in enumerate(draft.steps)
        ],
        "steps_error": faults.get("steps", ""),
    }


def _step_shown(place: str, step: Row, shown: Any, documents: Sequence[str]) -> Shown:
    kind = step.get("kind", "")
    return {
        "place": place,
        "title": step.get("title") or STEPS.get(kind, ""),
        "fields": shown(*_step(place, kind, documents)),
        "languages": shown(*_languages(place, step)),
        "asks": kind in ("", "questionnaire") or bool(step["questions"]),
        "questions": [
            {
                "place": f"{place}.questions.{at}",
                "fields": shown(*_asked(f"{place}.questions.{at}", row, kinds=True)),
                "languages": shown(*_languages(f"{place}.questions.{at}", row)),
            }
            for at, row in enumerate(step["questions"])
        ],
    }


def _options(words: Words) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), str(label)) for value, label in words.items())


def _promises() -> tuple[Field, ...]:
    return (
        Field(
            name="valid_days",
            label=_("Valid for how many days"),
            required=False,
            inputmode="numeric",
            hint=_("From issue. Empty means without end."),
        ),
        Field(
            name="refund_policy",
            label=_("When a unit that is in use is refunded"),
            type="select",
            options=_options(REFUNDS),
        ),
        Field(
            name="transfer_policy",
            label=_("Passing on what was claimed"),
            type="select",
            options=_options(TRANSFERS),
        ),
        Field(
            name="offer_days",
            label=_("Days an offer to pass it on waits"),
            inputmode="numeric",
        ),
        Field(name="binding", label=_("Gifts"), type="select", options=_options(BINDINGS)),
        Field(
            name="undo_hours",
            label=_("Hours in which the holder may change their mind"),
            inputmode="numeric",
            hint=_("They give it back, or correct what it is for, unaided. 0 means never."),
        ),
        Field(
            name="code_form",
            label=_("Length of codes"),
            type="select",
            options=_options(CODE_FORMS),
        ),
    )


def _times() -> tuple[Field, ...]:
    return (
        Field(
            name="reminder_days",
            label=_("Reminders, in days after issue"),
            required=False,
            hint=_("Such as 7, 30: whoever has not used it is written to."),
        ),
        Field(
            name="warning_days",
            label=_("Warnings, in days before the end"),
            required=False,
            hint=_("Such as 30, 7."),
        ),
        Field(
            name="cutoff",
            label=_("Milestone after which only staff take it back"),
            required=False,
            hint=_("As your system names it, such as sample_received."),
        ),
    )


def _kind() -> Field:
    declared = ", ".join(sorted(subject_kinds()))
    hint = _("Empty if an account is enough. With questions below, any word will do.")
    known = _("Declared: %(kinds)s.") % {"kinds": declared} if declared else ""
    return Field(
        name="subject_kind",
        label=_("What kind of thing it is for"),
        required=False,
        hint=f"{hint} {known}".strip(),
    )


def _asked(place: str, row: Row, *, kinds: bool) -> tuple[Field, ...]:
    chooses = row.get("kind") == "choice" or bool(row.get("choices")) or not kinds
    kind = Field(
        name=f"{place}.kind", label=_("Answered with"), type="select", options=_options(QUESTIONS)
    )
    choices = Field(
        name=f"{place}.choices",
        label=_("Choices, one a line"),
        type="textarea",
        required=False,
        hint="" if kinds else _("Empty: anything can be written."),
    )
    return (
        Field(name=f"{place}.label", label=_("What is asked"), maxlength=LABEL_MAX),
        Field(
            name=f"{place}.name",
            label=_("Name in your system"),
            maxlength=60,
            hint=_("It stays the same when the words change."),
        ),
        *((kind,) if kinds else ()),
        *((choices,) if chooses else ()),
        Field(
            name=f"{place}.max_length",
            label=_("Longest answer, in characters"),
            inputmode="numeric",
        ),
        Field(
            name=f"{place}.required", label=_("Has to be answered"), type="checkbox", required=False
        ),
    )


def _step(place: str, kind: str, documents: Sequence[str]) -> tuple[Field, ...]:
    document = Field(
        name=f"{place}.document",
        label=_("The text that is agreed to"),
        type="select",
        options=tuple((one, one) for one in documents),
    )
    return (
        Field(
            name=f"{place}.kind", label=_("What is done"), type="select", options=_options(STEPS)
        ),
        Field(
            name=f"{place}.title",
            label=_("Title"),
            required=False,
            maxlength=LABEL_MAX,
            hint=_("As the holder reads it. Empty: ours, in their language."),
        ),
        Field(
            name=f"{place}.key",
            label=_("Name in your system"),
            maxlength=32,
            hint=_("What was answered is kept under it: do not reuse one for something else."),
        ),
        *((document,) if kind == "consent" else ()),
        Field(
            name=f"{place}.required",
            label=_("Nothing is set up before it is done"),
            type="checkbox",
            required=False,
        ),
    )


def _languages(place: str, row: Row) -> tuple[Field, ...]:
    known = dict(languages())
    kept = {code: code for code in row.get("languages", {})}
    return tuple(
        Field(name=f"{place}.in.{code}", label=name, required=False, maxlength=LABEL_MAX)
        for code, name in (kept | known).items()
        if code != OURS or code in kept
    )
