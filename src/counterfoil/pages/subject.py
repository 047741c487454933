"""Saying who or what an assigned entitlement is for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from counterfoil.effects.choosers import ChoiceRefused
from counterfoil.errors import (
    ChooserFailed,
    StepNotYet,
    SubjectBusy,
    SubjectInvalid,
    SubjectTaken,
    SubjectUnknown,
)
from counterfoil.models import Account, Assignment, Relation, Subject
from counterfoil.models.subject_kinds import kind_for
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.pages import asking, drafts
from counterfoil.pages.choosing import HostChoice, host_choice, host_subject
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.pages.my_purchases import to_sign_in
from counterfoil.pages.onboarding import heading, held, onwards
from counterfoil.queries.onboarding import progress_of, subjects_of
from counterfoil.rules.answers import Wrong
from counterfoil.rules.onboarding import StepKind
from counterfoil.rules.subjects import Home, SubjectKind

FORM_INVALID = 422
NEW, OWN, HOST = "new", "own:", "host:"
REFUSALS = (
    SubjectInvalid,
    SubjectUnknown,
    SubjectTaken,
    SubjectBusy,
    ChooserFailed,
    ChoiceRefused,
)
"""What is wrong with the form, and told beside it."""


@dataclass(slots=True)
class Form:
    """What was posted, and what is wrong with it."""

    given: Mapping[str, str]
    wrong: tuple[Wrong, ...] = ()
    error: str = ""
    is_posted: bool = False

    @property
    def which(self) -> str:
        """Give what was chosen: a new one, one of one's own, or one of the host's."""
        return self.given.get("which", "")


@hosted()
def subject(request: PageRequest, assignment_id: UUID) -> HttpResponse:
    """Ask what it is for, and keep the answer."""
    here = reverse("counterfoil:subject", args=[assignment_id])
    account, at = request.visitor.account, timezone.now()
    if account is None:
        if request.method == "POST":
            drafts.keep(request, here, at=at)
        return to_sign_in(here)
    assignment = held(assignment_id, account)
    kind = kind_for(assignment.entitlement.terms.terms)
    if assignment.subject is not None and request.method != "POST":
        return redirect("counterfoil:claimed", assignment.pk)
    if request.method != "POST":
        form = Form(given=drafts.kept(request, here, at=at))
        return _page(request, assignment, account, kind, form)
    form = Form(given=request.POST.dict(), is_posted=True)
    try:
        complete_subject(
            entitlement_id=assignment.entitlement_id,
            by=request.visitor.actor,
            at=at,
            **choice_of(request, assignment, account, kind, form),
        )
    except StepNotYet:
        return redirect("counterfoil:claimed", assignment.pk)
    except REFUSALS as refusal:
        note(form, refusal, kind)
    else:
        drafts.drop(request)
        assignment.refresh_from_db()
        return onwards(assignment)
    return _page(request, assignment, account, kind, form)


def choice_of(
    request: PageRequest, assignment: Assignment, account: Account, kind: SubjectKind, form: Form
) -> dict[str, Any]:
    """Read which subject was meant, in the words of the acts that take one."""
    choice: dict[str, Any] = {}
    if form.which.startswith(OWN):
        choice["subject_id"] = _uuid(form.which.removeprefix(OWN))
    elif form.which.startswith(HOST) or kind.lives is Home.HOST:
        reference = form.which.removeprefix(HOST)
        found = host_subject(request, assignment, account, kind, form.given, reference)
        choice["external_reference"] = found.reference
        choice["answers"] = {"name": found.label, **found.data}
    else:
        choice["answers"] = kind.from_form(form.given)
    relation = form.given.get("relation", "")
    choice["relation"] = Relation(relation) if relation in kind.relations else Relation.UNSAID
    return choice


def note(form: Form, refusal: Exception, kind: SubjectKind) -> None:
    """Keep what is wrong, in words, for the form to be shown again."""
    if isinstance(refusal, ChoiceRefused):
        form.error = refusal.detail or _("Choose one of these.")
    else:
        form.error, form.wrong = _said(refusal, kind), _wrong(kind, form)


def form_context(
    request: PageRequest,
    assignment: Assignment,
    account: Account,
    kind: SubjectKind,
    form: Form,
) -> dict[str, Any]:
    """Give what the form asks."""
    existing, host = (
        subjects_of(account, kind.name),
        host_choice(request, assignment, account, kind, form.given),
    )
    language = get_language() or ""
    return {
        "kind": kind.called(language),
        "ways": _ways(existing, host, form),
        "host": host,
        "can_be_new": kind.lives is Home.HERE,
        "which": form.which or _first(existing, host, kind),
        "fields": asking.fields(kind.asked(language), form.given, form.wrong),
        "relations": [
            {"value": one, "label": label, "is_chosen": form.given.get("relation") == one}
            for one, label in _relations(kind)
        ],
        "errors": {"form": form.error} if form.error else {},
        "invalid": form.is_posted,
    }


def _page(
    request: PageRequest,
    assignment: Assignment,
    account: Account,
    kind: SubjectKind,
    form: Form,
) -> HttpResponse:
    progress = progress_of([assignment])[assignment.pk]
    key = next((p.step.key for p in progress.steps if p.step.kind is StepKind.SUBJECT), "")
    context = heading(assignment, progress, key)
    context |= form_context(request, assignment, account, kind, form)
    return show(request, "subject", context, status=FORM_INVALID if form.is_posted else 200)


def _ways(existing: Iterable[Subject], host: HostChoice | None, form: Form) -> list[dict[str, Any]]:
    offered = host.offered if host else ()
    mine = [(f"{OWN}{one.pk}", str(one)) for one in existing]
    known = {one.external_reference for one in existing}
    theirs = [
        (f"{HOST}{one.reference}", one.label) for one in offered if one.reference not in known
    ]
    return [{"value": value, "label": label} for value, label in (*mine, *theirs)]


def _first(existing: list[Subject], host: HostChoice | None, kind: SubjectKind) -> str:
    """Choose for them only where there is no choice: nobody should overlook whose it becomes."""
    anything = existing or (host is not None and (host.offered or host.drawn))
    return "" if anything or kind.lives is Home.HOST else NEW


def _relations(kind: SubjectKind) -> list[tuple[str, str]]:
    words = {
        Relation.SELF.value: _("For me"),
        Relation.DEPENDANT.value: _("For my child or pet"),
        Relation.OTHER.value: _("For somebody else"),
    }
    return [(one, words[one]) for one in kind.relations]


def _wrong(kind: SubjectKind, form: Form) -> tuple[Wrong, ...]:
    if form.which not in ("", NEW) or kind.lives is Home.HOST:
        return ()
    return kind.judge(kind.from_form(form.given))[1]


def _said(refusal: Exception, kind: SubjectKind) -> str:
    match refusal:
        case SubjectTaken():
            return _("This one is registered already. If it is yours, choose it from the list.")
        case SubjectBusy():
            return _("Something else you or somebody has is for this one. It can be for another.")
        case SubjectUnknown():
            return _("Choose one of these.")
        case ChooserFailed():
            return _("Your list does not answer just now. What you claimed is safe: try it later.")
        case _ if kind.lives is Home.HOST:
            return _("Choose one of these.")
        case _:
            return ""


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise SubjectUnknown from None
