"""Between claiming and using: where one stands, and each step on a page of its own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from counterfoil.errors import (
    AnswersInvalid,
    ConsentTextChanged,
    ConsentTextMissing,
    NotFound,
    StepAlreadyDone,
    StepNotYet,
)
from counterfoil.models import Account, Assignment, StepStatus
from counterfoil.operations.complete_step import complete_step
from counterfoil.operations.decline_step import decline_step
from counterfoil.pages import asking, drafts
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.pages.my_purchases import to_sign_in
from counterfoil.pages.step_words import address_of, title_of
from counterfoil.queries.holdings import assignment_of, use_of
from counterfoil.queries.onboarding import (
    Progress,
    answered_step,
    progress_of,
    text_for,
    titles_of,
)
from counterfoil.rules import answers as answering
from counterfoil.rules import questions
from counterfoil.rules.onboarding import IMPLIED, Placed, StepKind, StepStanding

FORM_INVALID = 422
USABLE = {"setting_up", "ready", "subject_needed", "steps_needed"}


@hosted()
def claimed(request: PageRequest, assignment_id: UUID) -> HttpResponse:
    """Say what comes after claiming: every step, what is missing, and where to go on."""
    account = request.visitor.account
    if account is None:
        return to_sign_in(reverse("counterfoil:claimed", args=[assignment_id]))
    use = use_of(assignment_id, account, now=timezone.now())
    assignment = assignment_of(assignment_id, account)
    if use is None or assignment is None:
        raise NotFound
    if use.state not in USABLE:
        return redirect("counterfoil:my-purchases")
    progress = progress_of([assignment])[assignment.pk]
    context = {
        "state": use.state,
        "product": use.product,
        "subject": use.subject,
        "assignment_id": use.assignment_id,
        "valid_until": use.valid_until,
        **_told(assignment, progress),
    }
    return show(request, "claimed", context)


@hosted()
def step(request: PageRequest, assignment_id: UUID, key: str) -> HttpResponse:
    """Show a step, or take what is answered to it and go on to the next."""
    here = reverse("counterfoil:step", args=[assignment_id, key])
    account = request.visitor.account
    if account is None:
        if request.method == "POST":
            drafts.keep(request, here, at=timezone.now())
        return to_sign_in(here)
    assignment = held(assignment_id, account)
    progress = progress_of([assignment])[assignment.pk]
    place = progress.at(key)
    if place is None:
        raise NotFound
    if place.step.kind is StepKind.SUBJECT:
        return redirect("counterfoil:subject", assignment.pk)
    if place.step.kind in IMPLIED or place.standing is StepStanding.WAITING:
        return redirect("counterfoil:claimed", assignment.pk)
    if request.method != "POST":
        return _page(request, assignment, progress, place, _given(request, assignment, place, here))
    return _answered(request, assignment, progress, place)


def held(assignment_id: UUID, account: Account) -> Assignment:
    """
    Give what this account has.

    :raises NotFound: if there is no such assignment, it is over, or somebody else's.
    """
    assignment = assignment_of(assignment_id, account)
    if assignment is None or assignment.ended_at is not None:
        raise NotFound
    return assignment


def onwards(assignment: Assignment) -> HttpResponse:
    """Go on to the next step, or to where all of them stand."""
    progress = progress_of([assignment])[assignment.pk]
    after = progress.next
    if after is None or after.standing is StepStanding.DECLINED:
        return redirect("counterfoil:claimed", assignment.pk)
    return redirect(address_of(assignment, after) or reverse("counterfoil:my-purchases"))


def heading(assignment: Assignment, progress: Progress, key: str) -> dict[str, Any]:
    """Say above a step what it belongs to, and how far one has come."""
    shown = [one for one in progress.steps if one.step.kind not in _ITSELF]
    numbers = {one.step.key: number for number, one in enumerate(shown, 1)}
    return {
        "assignment_id": assignment.pk,
        "product": assignment.entitlement.product.name,
        "number": numbers.get(key, 0),
        "count": len(shown),
    }


_ITSELF = IMPLIED - {StepKind.SUBJECT}


def _told(assignment: Assignment, progress: Progress) -> dict[str, Any]:
    after, declined = progress.next, progress.declined
    texts = titles_of(progress.steps, get_language() or "")
    return {
        "steps": [
            {
                "title": title_of(one.step, texts),
                "standing": one.standing.value,
                "required": one.step.required,
                "url": address_of(assignment, one) if one.standing in _OPEN else "",
                "is_next": after is not None and one.step.key == after.step.key,
            }
            for one in progress.steps
        ],
        "steps_left": progress.left,
        "next_url": address_of(assignment, after) if after else "",
        "next_title": title_of(after.step, texts) if after else "",
        "declined": title_of(declined.step, texts) if declined else "",
    }


_OPEN = (StepStanding.OPEN, StepStanding.DECLINED)


def _answered(
    request: PageRequest, assignment: Assignment, progress: Progress, place: Placed
) -> HttpResponse:
    given = request.POST.dict()
    try:
        if place.step.kind is StepKind.CONSENT and given.get("answer") != "agree":
            _decline(request, assignment, place, given)
            return redirect("counterfoil:claimed", assignment.pk)
        complete_step(
            assignment_id=assignment.pk,
            key=place.step.key,
            answers=answering.from_form(place.step.schema(), given),
            text_id=_uuid(given.get("text", "")),
            by=request.visitor.actor,
            at=timezone.now(),
        )
    except AnswersInvalid:
        return _page(request, assignment, progress, place, given, judged=True)
    except ConsentTextChanged:
        return _page(request, assignment, progress, place, given, changed=True)
    except (StepAlreadyDone, StepNotYet, ConsentTextMissing):
        return redirect("counterfoil:claimed", assignment.pk)
    drafts.drop(request)
    return onwards(assignment)


def _decline(
    request: PageRequest, assignment: Assignment, place: Placed, given: Mapping[str, str]
) -> None:
    decline_step(
        assignment_id=assignment.pk,
        key=place.step.key,
        text_id=_uuid(given.get("text", "")),
        by=request.visitor.actor,
        at=timezone.now(),
    )


def _given(
    request: PageRequest, assignment: Assignment, place: Placed, here: str
) -> Mapping[str, Any]:
    draft = drafts.kept(request, here, at=timezone.now())
    if draft:
        return draft
    row = answered_step(assignment, place.step.key)
    return row.answers() if row is not None else {}


def _page(
    request: PageRequest,
    assignment: Assignment,
    progress: Progress,
    place: Placed,
    given: Mapping[str, Any],
    *,
    judged: bool = False,
    changed: bool = False,
) -> HttpResponse:
    step, language = place.step, get_language() or ""
    row = answered_step(assignment, step.key)
    context = heading(assignment, progress, step.key) | {
        "key": step.key,
        "title": title_of(step),
        "required": step.required,
        "is_set_up": progress.left == 0,
        "answered_at": row.at if row is not None and row.status == StepStatus.DONE else None,
        "invalid": judged or changed,
    }
    if step.kind is StepKind.CONSENT:
        is_done = row is not None and row.status == StepStatus.DONE
        text = row.text if row is not None and is_done else text_for(step, language)
        context |= {"text": text, "changed": changed}
        context["title"] = step.called(language) or (text.title if text else context["title"])
    else:
        schema = step.schema()
        wrong = answering.judge(schema, answering.from_form(schema, given))[1] if judged else ()
        labels = asking.ADDRESS if step.kind is StepKind.SHIPPING_ADDRESS else {}
        asked = questions.asked(schema, language)
        context["fields"] = asking.fields(asked, given, wrong, labels=labels)
        context["lead"] = _lead_of(step.kind)
    return show(request, "step", context, status=FORM_INVALID if judged or changed else 200)


def _lead_of(kind: StepKind) -> str:
    if kind is StepKind.SHIPPING_ADDRESS:
        return _("It is sent to this address, once everything is there.")
    return _("Your answers go to nobody but those who prepare this for you.")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
