"""Terms in words: what is promised, and in what two versions differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from counterfoil.rules.codes import CodeForm
from counterfoil.rules.onboarding import Question, Step, StepKind
from counterfoil.rules.terms import Binding, RefundPolicy, SubjectField, Terms, TransferPolicy

Words = Mapping[str, str | Promise]

CODE_FORMS: Words = {
    CodeForm.SHORT: later("16 characters, easy to type"),
    CodeForm.LONG: later("24 characters, for print runs that lie about for years"),
}
REFUNDS: Words = {
    RefundPolicy.ASK: later("a person decides about a unit that is in use"),
    RefundPolicy.REVOKE: later("the unit is taken back, even when it is in use"),
    RefundPolicy.KEEP: later("whoever uses the unit keeps it"),
}
BINDINGS: Words = {
    Binding.BEARER: later("whoever holds the code of a gift may use it"),
    Binding.BOUND: later("only the recipient of a gift may use its code"),
}
TRANSFERS: Words = {
    TransferPolicy.HOLDER: later("the holder may give it to another account"),
    TransferPolicy.STAFF: later("only staff may give it to another account"),
    TransferPolicy.NEVER: later("it stays with the account that claimed it"),
}
STEPS: Words = {
    StepKind.SIGN_IN: later("Sign in"),
    StepKind.MAIL_CHECK: later("Confirm the address"),
    StepKind.CONSENT: later("Agree to a text"),
    StepKind.SUBJECT: later("Say whom or what it is for"),
    StepKind.SHIPPING_ADDRESS: later("Give a postal address"),
    StepKind.QUESTIONNAIRE: later("Answer questions"),
}
QUESTIONS: Words = {
    "text": later("a line of text"),
    "long_text": later("several lines of text"),
    "number": later("a number"),
    "date": later("a date"),
    "email": later("a mail address"),
    "choice": later("one of several choices"),
    "yes_no": later("yes or no"),
    "yes": later("a box to tick"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One term in words; ``place`` is the same in every version."""

    place: str
    label: str
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One term that differs between two versions; empty where it was not there."""

    label: str
    before: str
    after: str


def told(terms: Terms) -> Sequence[Told]:
    """Say what terms promise, one after the other."""
    rows = [
        Told(place="valid", label=_("Validity"), says=_validity(terms)),
        Told(place="refund", label=_("Refunds"), says=str(REFUNDS[terms.refund_policy])),
        Told(place="transfer", label=_("Passing on"), says=_passing_on(terms)),
        Told(place="binding", label=_("Gifts"), says=str(BINDINGS[terms.binding])),
        Told(place="undo", label=_("Second thoughts"), says=_undo(terms)),
        Told(
            place="cutoff",
            label=_("Point of no return"),
            says=_("the milestone %(name)s; then only staff can take it back or transfer it")
            % {"name": terms.cutoff}
            if terms.cutoff
            else _("none"),
        ),
        Told(place="code", label=_("Codes"), says=str(CODE_FORMS[terms.code_form])),
        Told(place="reminders", label=_("Reminders"), says=_reminders(terms)),
        Told(place="warnings", label=_("Warnings"), says=_warnings(terms)),
        Told(place="subject", label=_("For whom or what"), says=_subject(terms)),
    ]
    for field in terms.subject_fields:
        label = _("Asked about it: %(label)s") % {"label": field.label}
        rows.append(Told(place=f"field {field.name}", label=label, says=_field(field)))
    order = " → ".join(_called(step) for step in terms.onboarding)
    rows.append(Told(place="steps", label=_("Steps before use"), says=order or _("none")))
    for step in terms.onboarding:
        label = _("Step: %(step)s") % {"step": _called(step)}
        rows.append(Told(place=f"step {step.key}", label=label, says=_step(step)))
        for one in step.questions:
            label = _("%(step)s: %(label)s") % {"step": _called(step), "label": one.label}
            place = f"question {step.key} {one.name}"
            rows.append(Told(place=place, label=label, says=_question(one)))
    return rows


def changes(before: Terms, after: Terms) -> Sequence[Change]:
    """Say in what two versions differ, in the order in which terms are told."""
    was = {one.place: one for one in told(before)}
    found: list[Change] = []
    for one in told(after):
        old = was.pop(one.place, None)
        if old is None:
            found.append(Change(label=one.label, before="", after=one.says))
        elif (old.label, old.says) != (one.label, one.says):
            renamed = f"{old.label}: {old.says}" if old.label != one.label else old.says
            found.append(Change(label=one.label, before=renamed, after=one.says))
    found += [Change(label=old.label, before=old.says, after="") for old in was.values()]
    return found


def _validity(terms: Terms) -> str:
    if terms.valid_days is None:
        return _("without end")
    return ngettext("%(n)d day from issue", "%(n)d days from issue", terms.valid_days) % {
        "n": terms.valid_days
    }


def _passing_on(terms: Terms) -> str:
    days = ngettext("an offer waits %(n)d day", "an offer waits %(n)d days", terms.offer_days)
    return f"{TRANSFERS[terms.transfer_policy]}; {days % {'n': terms.offer_days}}"


def _undo(terms: Terms) -> str:
    if not terms.undo_hours:
        return _("only staff can give it back or correct what it is for")
    return ngettext(
        "for %(n)d hour the holder can give it back, or correct what it is for",
        "for %(n)d hours the holder can give it back, or correct what it is for",
        terms.undo_hours,
    ) % {"n": terms.undo_hours}


def _reminders(terms: Terms) -> str:
    listed = ", ".join(str(one) for one in terms.reminder_days)
    return _("days after issue: %(days)s") % {"days": listed} if listed else _("none")


def _warnings(terms: Terms) -> str:
    listed = ", ".join(str(one) for one in terms.warning_days)
    return _("days before the end: %(days)s") % {"days": listed} if listed else _("none")


def _subject(terms: Terms) -> str:
    return terms.subject_kind.replace("_", " ") if terms.subject_kind else _("an account is enough")


def _called(step: Step) -> str:
    return step.title or str(STEPS[step.kind])


def _step(step: Step) -> str:
    parts = [str(STEPS[step.kind]), _("required") if step.required else _("optional")]
    if step.document:
        parts.append(_("the text %(name)s") % {"name": step.document})
    return ", ".join([*parts, *_in_languages(step.titles)])


def _field(one: SubjectField) -> str:
    parts = [_("required") if one.required else _("optional"), *_choices(one.choices)]
    return ", ".join([*parts, _("up to %(n)d characters") % {"n": one.max_length}])


def _question(one: Question) -> str:
    kind = str(QUESTIONS.get(one.kind, one.kind))
    parts = [kind, _("required") if one.required else _("optional"), *_choices(one.choices)]
    if one.kind in ("text", "long_text"):
        parts.append(_("up to %(n)d characters") % {"n": one.max_length})
    return ", ".join([*parts, *_in_languages(one.labels)])


def _choices(choices: tuple[str, ...]) -> list[str]:
    return [_("one of: %(choices)s") % {"choices": " / ".join(choices)}] if choices else []


def _in_languages(texts: Mapping[str, str]) -> list[str]:
    return [f"{language}: {text}" for language, text in sorted(texts.items()) if text]
