"""Answering a step of onboarding for a customer who is stuck, as a page of the console."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from counterfoil.console.act_page import About, ActPage, Reading, act_page
from counterfoil.console.fields import Field, FieldWrong, asks
from counterfoil.console.fitting import answerable
from counterfoil.console.given import Done, Given
from counterfoil.errors import AnswersInvalid, NotFound
from counterfoil.models import ConsentText
from counterfoil.operations.complete_step import complete_step
from counterfoil.queries._steps import steps_left
from counterfoil.queries.onboarding import full_progress, held_now, text_for
from counterfoil.rules.acts import Act
from counterfoil.rules.answers import from_form
from counterfoil.rules.onboarding import Step, StepKind
from counterfoil.rules.proofs import AgreedBy, AgreedHow, Agreement
from counterfoil.rules.questions import asked

STEP = "step_"  # what the names of questions of a step begin with

BUTTONS = {Act.COMPLETE_STEP: gettext_lazy("Answer for the customer")}

REASONS: Mapping[Act, tuple[str, ...]] = {
    Act.COMPLETE_STEP: ("customer_asked", "support_case", "mistake", "other"),
}

WHO = {
    AgreedBy.HOLDER: gettext_lazy("Whoever has it"),
    AgreedBy.GUARDIAN: gettext_lazy("A parent or guardian"),
    AgreedBy.REPRESENTATIVE: gettext_lazy("Somebody who may act for them"),
}
HOW = {
    AgreedHow.PHONE: gettext_lazy("By telephone, read out"),
    AgreedHow.MAIL: gettext_lazy("By e-mail"),
    AgreedHow.CHAT: gettext_lazy("In a chat"),
    AgreedHow.LETTER: gettext_lazy("By letter, signed"),
    AgreedHow.IN_PERSON: gettext_lazy("In person"),
}


def step_page(about: About) -> ActPage:
    """Show the step that was asked for, or the first that waits, as its customer sees it."""
    title = _("Answer for the customer")
    keys = answerable(about.unit)
    if not keys:
        return act_page(title)
    key = about.step if about.step in keys else keys[0]
    step = _step(about.unit.id, key)
    language = get_language() or ""
    text = text_for(step, language) if step.kind is StepKind.CONSENT else None
    is_last = steps_left(about.unit.steps) <= 1
    page = act_page(
        _("%(title)s: %(step)s") % {"title": title, "step": _called(step, text)},
        _("It counts as if %(holder)s had answered.") % {"holder": about.unit.holder},
        _("Who agreed and how, and that you wrote it down, stays in the ledger.")
        if step.kind is StepKind.CONSENT
        else _("The answers are kept sealed, for the host alone; the ledger has none of them."),
        _("If this is all that was missing, the downstream record is made.")
        if is_last
        else _("Other steps wait after this one."),
        fields=_agreement() if step.kind is StepKind.CONSENT else _questions(step, language),
        warning=_warning(step, text),
    )
    return replace(
        page,
        reading=Reading(title=text.title, body=text.body, language=text.language) if text else None,
        hidden=(("step", key), ("text", str(text.pk) if text else "")),
        others_title=_("Other steps that wait"),
        others=tuple(
            (_called(_step(about.unit.id, one), None), f"?{urlencode({'step': one})}")
            for one in keys
            if one != key
        ),
    )


def do_complete(given: Given) -> Done:
    """Answer it."""
    key = given.answers.get("step", "")
    held = held_now(given.entitlement_id)
    step = _step(given.entitlement_id, key)
    try:
        complete_step(
            assignment_id=held.pk,
            key=key,
            answers=from_form(step.schema(), _given(given)),
            text_id=_text_id(given),
            agreement=_agreed(given) if step.kind is StepKind.CONSENT else None,
            **given.why(),
        )
    except AnswersInvalid as refusal:
        for wrong in refusal.faults:
            raise FieldWrong(f"{STEP}{wrong.at}", wrong.says) from refusal
        raise
    left = full_progress(held).left
    if left:
        return Done(told=_("It is answered. Something else is still missing."))
    return Done(told=_("It is answered. Nothing is missing any more; it is being set up."))


def _step(entitlement_id: UUID, key: str) -> Step:
    place = full_progress(held_now(entitlement_id)).at(key)
    if place is None:
        raise NotFound("There is no such step.")
    return place.step


def _called(step: Step, text: ConsentText | None) -> str:
    named = step.called(get_language() or "") or (text.title if text else "")
    return named or step.key.replace("_", " ")


def _warning(step: Step, text: ConsentText | None) -> str:
    if step.kind is not StepKind.CONSENT:
        return _("Take down what they say, and read it back to them.")
    if text is None:
        return _("There is no text yet to which anybody could agree. Publish one first.")
    return _("Nobody agrees for somebody else: read the text out, or have it confirmed in writing.")


def _questions(step: Step, language: str) -> tuple[Field, ...]:
    return tuple(asks(one, STEP) for one in asked(step.schema(), language))


def _agreement() -> tuple[Field, ...]:
    return (
        Field(
            name="agreed_by",
            label=_("Who agreed?"),
            type="select",
            options=tuple((who.value, str(text)) for who, text in WHO.items()),
        ),
        Field(
            name="agreed_how",
            label=_("How?"),
            type="select",
            options=tuple((how.value, str(text)) for how, text in HOW.items()),
        ),
    )


def _agreed(given: Given) -> Agreement:
    who, how = given.answer("agreed_by"), given.answer("agreed_how")
    if who not in set(AgreedBy):
        raise FieldWrong("agreed_by", _("Choose one of these."))
    if how not in set(AgreedHow):
        raise FieldWrong("agreed_how", _("Choose one of these."))
    return Agreement(by=AgreedBy(who), how=AgreedHow(how))


def _given(given: Given) -> dict[str, str]:
    return {
        name.removeprefix(STEP): text
        for name, text in given.answers.items()
        if name.startswith(STEP)
    }


def _text_id(given: Given) -> UUID | None:
    try:
        return UUID(given.answers.get("text", ""))
    except ValueError:
        return None


PAGES: Mapping[Act, Callable[[About], ActPage]] = {Act.COMPLETE_STEP: step_page}

ACTS: Mapping[Act, Callable[[Given], Done]] = {Act.COMPLETE_STEP: do_complete}
