"""One act, before it is done and done: what it will do, why, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from counterfoil.console.act_page import About
from counterfoil.console.act_shown import act_context, read_about
from counterfoil.console.acts import BUTTONS, REASONS
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.fields import FieldWrong
from counterfoil.console.finding import trace_url
from counterfoil.console.fitting import why_not
from counterfoil.console.given import Done, Given
from counterfoil.console.performing import perform
from counterfoil.console.standing import as_shown, entry_of
from counterfoil.console.tickets import ticket_of
from counterfoil.console.tracing import trace_context
from counterfoil.errors import CounterfoilError, NotFound, StaleEntitlement
from counterfoil.models.ids import id_of
from counterfoil.rules.acts import Act
from counterfoil.rules.permissions import permission_for
from counterfoil.rules.remarks import masked_remark

COMMENT_MAX = 1000


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
        """Give the comment, as much of it as is kept, and as it is kept."""
        return masked_remark(self.answers.get("comment", ""))[:COMMENT_MAX]

    @property
    def version(self) -> int:
        """Give the version of the entitlement that was shown."""
        text = self.answers.get("version", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


@staff_only()
def act_on(visit: Visit, handle: str, act_name: str) -> HttpResponse:
    """Show what an act will do, or do it and go to its entry; a revealed code is shown at once."""
    act = _act(act_name)
    visit.require(permission_for(act))
    entitlement_id = id_of(handle)
    asked = visit.request.POST if visit.request.method == "POST" else visit.request.GET
    about = read_about(entitlement_id, by=visit.operator, step=asked.get("step", ""))
    form = Form()
    if visit.request.method == "POST":
        form = Form(answers=visit.request.POST.dict(), is_posted=True)
        done = _try(visit, act, about, form)
        if done is not None:
            return _show_done(visit, act, about, form, done)
        # What stood in the way may have happened a moment ago.
        about = read_about(entitlement_id, by=visit.operator, step=asked.get("step", ""))
    context = act_context(act, about, form.answers, form.errors, seen=_seen(form))
    return show(visit, "act", context, status=409 if form.is_posted else 200)


def _act(name: str) -> Act:
    if name not in {act.value for act in BUTTONS}:
        raise NotFound("There is no such act.")
    return Act(name)


def _seen(form: Form) -> int | None:
    return form.version if form.is_posted else None


def _try(visit: Visit, act: Act, about: About, form: Form) -> Done | None:
    """Do it unless something is wrong, which the form then says."""
    form.errors.update(_wrong(act, about, form))
    if form.errors:
        return None
    try:
        given = Given(
            entitlement_id=about.unit.id,
            by=replace(visit.operator, case=ticket_of(form.answers)),
            at=timezone.now(),
            reason=form.reason,
            comment=form.comment,
            answers=form.answers,
        )
        return as_shown(act, about.unit.id, form.version, lambda: perform(act, given))
    except FieldWrong as wrong:
        form.errors[wrong.field] = str(wrong)
    except StaleEntitlement:
        form.errors["form"] = _moved()
    except CounterfoilError as refusal:
        form.errors["form"] = str(refusal)
    return None


def _wrong(act: Act, about: About, form: Form) -> dict[str, str]:
    if form.version != about.unit.version:
        return {"form": _moved()}
    wrong = {}
    if act in REASONS and form.reason not in REASONS[act]:
        wrong["reason"] = _("Choose why.")
    if form.reason == "other" and not form.comment:
        wrong["comment"] = _("Say in a few words what happened.")
    if not wrong and (why := why_not(act, about.unit)):
        wrong["form"] = why
    return wrong


def _moved() -> str:
    return _("It changed since you opened this page, so nothing was done for you.")


def _show_done(visit: Visit, act: Act, about: About, form: Form, done: Done) -> HttpResponse:
    unit = about.unit
    entry = entry_of(unit.id, by=visit.operator.id, after=form.version)
    told = done.told
    if entry:
        told = format_html('{} <a href="{}">{}</a>', done.told, entry, _("See the entry."))
    if done.code:
        context: dict[str, Any] = trace_context(visit, unit.handle, code=done.code)
        return show(visit, "trace", context | {"done": told})
    messages.success(visit.request, told, fail_silently=True)
    top = reverse("counterfoil:console-trace", args=[unit.handle])
    return redirect(f"{top}{entry}" if entry else trace_url(unit.handle))
