"""One act, before it is done and done: what it will do, why, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from counterfoil.console.act_page import About, ActPage
from counterfoil.console.acts import BUTTONS, REASONS, page_of
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.fields import FieldWrong
from counterfoil.console.finding import trace_url
from counterfoil.console.given import Done, Given
from counterfoil.console.performing import perform
from counterfoil.console.shapes import acts_on
from counterfoil.console.tracing import trace_context
from counterfoil.errors import CounterfoilError, NotFound
from counterfoil.models import Entitlement
from counterfoil.models.ids import id_of
from counterfoil.models.subject_kinds import kind_for
from counterfoil.models.undoing import cut_off
from counterfoil.queries import words
from counterfoil.queries.held import subject_of
from counterfoil.queries.trace import trace_unit
from counterfoil.queries.traced import TracedUnit
from counterfoil.rules.acts import Act
from counterfoil.rules.permissions import permission_for


@dataclass(slots=True)
class Form:
    """What was posted, and what is wrong with it."""

    answers: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    is_posted: bool = False

    @property
    def reason(self) -> str:
        """Give the reason that was chosen."""
        return self.answers.get("reason", "")

    @property
    def comment(self) -> str:
        """Give the comment, as much of it as is kept."""
        return self.answers.get("comment", "").strip()[:1000]


@staff_only()
def act_on(visit: Visit, handle: str, act_name: str) -> HttpResponse:
    """Show what an act will do, or do it and go to the trace; a revealed code is shown at once."""
    act = _act(act_name)
    visit.require(permission_for(act))
    entitlement_id = id_of(handle)
    about, reference = _about(entitlement_id)
    form = Form()
    if visit.request.method == "POST":
        form = Form(answers=visit.request.POST.dict(), is_posted=True)
        done = _try(visit, act, about.unit, form)
        if done is not None:
            return _show_done(visit, about.unit.handle, done)
    elif act not in acts_on(visit, about.unit):
        form.errors["form"] = _("As it stands now, this cannot be done. Nothing was changed.")
    context = _context(act, about, page_of(act, about), form) | {"reference": reference}
    return show(visit, "act", context, status=409 if form.is_posted else 200)


def _act(name: str) -> Act:
    if name not in {act.value for act in BUTTONS}:
        raise NotFound("There is no such act.")
    return Act(name)


def _about(entitlement_id: UUID) -> tuple[About, str]:
    """Read what an act is about; everything a page says comes from the same reading."""
    told = trace_unit(entitlement_id=entitlement_id, now=timezone.now())
    unit = next(unit for unit in told.units if unit.id == entitlement_id)
    entitlement = Entitlement.objects.select_related("terms").get(pk=entitlement_id)
    terms = entitlement.terms.terms
    about = About(
        unit=unit,
        buyer=told.purchase.buyer if told.purchase else "",
        subject=subject_of(entitlement_id),
        cut_off=terms.cutoff if cut_off([entitlement]) else "",
        questions=kind_for(terms).asked(get_language() or ""),
    )
    return about, told.purchase.reference if told.purchase else unit.handle


def _try(visit: Visit, act: Act, unit: TracedUnit, form: Form) -> Done | None:
    """Do it unless something is wrong, which the form then says."""
    form.errors.update(_wrong(act, unit, form))
    if form.errors:
        return None
    given = Given(
        entitlement_id=unit.id,
        by=visit.operator,
        at=timezone.now(),
        reason=form.reason,
        comment=form.comment,
        answers=form.answers,
    )
    try:
        return perform(act, given)
    except FieldWrong as wrong:
        form.errors[wrong.field] = str(wrong)
    except CounterfoilError as refusal:
        form.errors["form"] = str(refusal)
    return None


def _wrong(act: Act, unit: TracedUnit, form: Form) -> dict[str, str]:
    if form.answers.get("version") != str(unit.version):
        changed = _("It changed since you opened this page. Look at it again before you decide.")
        return {"form": changed}
    wrong = {}
    if act in REASONS and form.reason not in REASONS[act]:
        wrong["reason"] = _("Choose why.")
    if form.reason == "other" and not form.comment:
        wrong["comment"] = _("Say in a few words what happened.")
    return wrong


def _show_done(visit: Visit, handle: str, done: Done) -> HttpResponse:
    if not done.code:
        messages.success(visit.request, done.told, fail_silently=True)
        return redirect(trace_url(handle))
    context = trace_context(visit, handle, code=done.code)
    return show(visit, "trace", context | {"done": done.told})


def _context(act: Act, about: About, page: ActPage, form: Form) -> dict[str, Any]:
    unit = about.unit
    return {
        "title": page.title,
        "item": {
            "handle": unit.handle,
            "product": unit.product,
            "state": unit.state.value,
            "flags": unit.flags,
            "last_four": unit.last_four,
            "holder": unit.holder,
        },
        "trace_url": trace_url(unit.handle),
        "effects": page.effects,
        "warning": page.warning,
        "reasons": [
            (code, words.worded(words.REASONS, code).capitalize()) for code in REASONS.get(act, ())
        ],
        "reason": form.reason,
        "comment": form.comment,
        "has_comment": act in REASONS,
        "comment_required": form.reason == "other",
        "fields": [
            field.shown(
                form.answers.get(field.name, "") if form.is_posted else None,
                form.errors.get(field.name, ""),
            )
            for field in page.fields
        ],
        "errors": form.errors,
        "version": unit.version,
        "submit_label": BUTTONS[act],
        "tone": "bad" if act is Act.REVOKE else "",
    }
