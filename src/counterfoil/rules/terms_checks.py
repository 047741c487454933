"""What terms can be sold under: everything that is wrong with some, each by its place."""

import re
from collections.abc import Collection, Iterable, Iterator

from counterfoil.errors import Fault, TermsInvalid
from counterfoil.rules.onboarding import SUBJECT_KEY, Question, Step, StepKind
from counterfoil.rules.subject_declarations import RESERVED
from counterfoil.rules.terms import SubjectField, Terms

LONGEST_VALIDITY = 36_500
MOST_STEPS, MOST_QUESTIONS, MOST_CHOICES, MOST_DAYS = 12, 40, 60, 8
LABEL_MAX, ANSWER_MAX = 200, 2_000
QUESTION_KINDS = (
    "text",
    "long_text",
    "number",
    "date",
    "email",
    "choice",
    "yes_no",
    "yes",
)

_WORD = re.compile(r"[a-z][a-z0-9_]{0,31}\Z", re.ASCII)
_NAME = re.compile(r"[A-Za-z]\w{0,59}\Z", re.ASCII)
_WORD_HINT = "Small letters, digits and underscores, 32 at most, a letter first."
_NAME_HINT = "Letters, digits and underscores, 60 at most, a letter first."


def refuse_unsound(terms: Terms, *, kinds: Collection[str], documents: Collection[str]) -> None:
    """
    Refuse terms that nobody could keep, or that would ask a holder for what cannot be answered.

    ``kinds`` are the kinds of subjects that are declared, ``documents`` the texts that were
    published. Places are written as in ``steps.0.questions.1.label``.

    :raises TermsInvalid: naming everything that is wrong.
    """
    faults = [
        *_of_times(terms),
        *_of_subject(terms, kinds),
        *_of_steps(terms.onboarding, documents),
    ]
    if faults:
        raise TermsInvalid(faults=faults)


def _of_times(terms: Terms) -> Iterator[Fault]:
    valid = terms.valid_days
    if valid is not None and not 1 <= valid <= LONGEST_VALIDITY:
        yield Fault("valid_days", f"From 1 to {LONGEST_VALIDITY:,} days; empty for no end.")
    if not 0 <= terms.undo_hours <= 8_760:
        yield Fault("undo_hours", "From 0 (never) to 8,760 hours, a year.")
    if not 1 <= terms.offer_days <= 365:
        yield Fault("offer_days", "From 1 to 365 days.")
    if terms.cutoff and not _WORD.match(terms.cutoff):
        yield Fault("cutoff", _WORD_HINT)
    for place, days in (
        ("reminder_days", terms.reminder_days),
        ("warning_days", terms.warning_days),
    ):
        if len(days) > MOST_DAYS:
            yield Fault(place, f"{MOST_DAYS} at most.")
        elif len(set(days)) < len(days) or not all(1 <= one <= 3_650 for one in days):
            yield Fault(place, "Whole days from 1 to 3,650, each once.")
        elif valid is not None and any(one >= valid for one in days):
            yield Fault(place, f"It is valid for {valid} days: nothing is sent on such a day.")
    if terms.warning_days and valid is None:
        yield Fault("warning_days", "It never expires, so there is nothing to warn of.")


def _of_subject(terms: Terms, kinds: Collection[str]) -> Iterator[Fault]:
    if not terms.subject_kind:
        if terms.subject_fields:
            yield Fault("subject_kind", "Say what kind of thing these questions are about.")
        return
    if not _WORD.match(terms.subject_kind):
        yield Fault("subject_kind", _WORD_HINT)
    if not terms.subject_fields and terms.subject_kind not in kinds:
        yield Fault(
            "subject_kind",
            "Nobody declared this kind: ask something about it below, or choose another.",
        )
    if len(terms.subject_fields) > MOST_QUESTIONS:
        yield Fault("subject_kind", f"{MOST_QUESTIONS} questions at most.")
    yield from _of_names("fields", terms.subject_fields)
    for number, one in enumerate(terms.subject_fields):
        yield from _of_field(f"fields.{number}", one)


def _of_field(place: str, one: SubjectField | Question) -> Iterator[Fault]:
    if not _NAME.match(one.name) or one.name in RESERVED:
        yield Fault(f"{place}.name", _NAME_HINT)
    if not 1 <= len(one.label.strip()) <= LABEL_MAX:
        yield Fault(f"{place}.label", f"Write what is asked, in {LABEL_MAX} characters at most.")
    if not 1 <= one.max_length <= ANSWER_MAX:
        yield Fault(f"{place}.max_length", f"From 1 to {ANSWER_MAX:,} characters.")
    choices = one.choices
    if len(choices) > MOST_CHOICES or len(set(choices)) < len(choices):
        yield Fault(f"{place}.choices", f"{MOST_CHOICES} at most, each once.")


def _of_steps(steps: tuple[Step, ...], documents: Collection[str]) -> Iterator[Fault]:
    if len(steps) > MOST_STEPS:
        yield Fault("steps", f"{MOST_STEPS} steps at most.")
    keys: set[str] = set()
    for number, step in enumerate(steps):
        place = f"steps.{number}"
        if not _WORD.match(step.key):
            yield Fault(f"{place}.key", _WORD_HINT)
        elif step.key in keys:
            yield Fault(f"{place}.key", "Another step has this name already.")
        elif step.key == SUBJECT_KEY and step.kind is not StepKind.SUBJECT:
            yield Fault(f"{place}.key", "Only the step that asks for the subject is called so.")
        keys.add(step.key)
        if len(step.title) > LABEL_MAX:
            yield Fault(f"{place}.title", f"{LABEL_MAX} characters at most.")
        yield from _of_content(place, step, documents)
    once = [one.kind for one in steps if one.kind is StepKind.SUBJECT]
    if len(once) > 1:
        yield Fault("steps", "The subject is asked for once.")


def _of_content(place: str, step: Step, documents: Collection[str]) -> Iterator[Fault]:
    if step.kind is StepKind.CONSENT:
        if not step.document:
            yield Fault(f"{place}.document", "Choose the text that is agreed to.")
        elif step.document not in documents:
            yield Fault(f"{place}.document", "No such text was published yet.")
    if step.kind is not StepKind.QUESTIONNAIRE:
        if step.questions:
            yield Fault(f"{place}.kind", "Only a questionnaire asks questions of its own.")
        return
    if not 1 <= len(step.questions) <= MOST_QUESTIONS:
        yield Fault(f"{place}.kind", f"Ask from 1 to {MOST_QUESTIONS} questions.")
    yield from _of_names(f"{place}.questions", step.questions)
    for number, one in enumerate(step.questions):
        at = f"{place}.questions.{number}"
        yield from _of_field(at, one)
        if one.kind not in QUESTION_KINDS:
            yield Fault(f"{at}.kind", "Choose how it is answered.")
        elif one.kind == "choice" and len(one.choices) < 2:
            yield Fault(f"{at}.choices", "Give at least two to choose from.")
        elif one.choices and one.kind not in ("choice", "text"):
            yield Fault(f"{at}.choices", "Only a choice has something to choose from.")


def _of_names(place: str, asked: Iterable[SubjectField | Question]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, one in enumerate(asked):
        if one.name in seen:
            yield Fault(f"{place}.{number}.name", "Another question has this name already.")
        seen.add(one.name)
