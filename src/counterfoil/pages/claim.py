"""
Using a code: present it, see what it is, say who you are, claim.

Nothing is used before the last step, which needs a session and a gesture. The code travels in the
body of a request only; a link's token reaches us from the fragment, by a script that posts it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.errors import CodeMalformed, CounterfoilError, EntitlementBound, TooManyAttempts
from counterfoil.intake.presenting import inspect, present
from counterfoil.models import Entitlement
from counterfoil.operations.check_code import check_code
from counterfoil.operations.open_gift import open_gift
from counterfoil.pages import presented
from counterfoil.pages.answers import (
    BOUND,
    UNUSABLE,
    UNUSABLE_STATUS,
    answer_to,
    malformed,
    precise,
)
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.pages.origin import origin_of
from counterfoil.queries.claims import state_told_to, summary_of
from counterfoil.queries.holdings import open_assignment
from counterfoil.rules.people import Assignee
from counterfoil.web.pending import pending_mail

REFUSALS = (*UNUSABLE, CodeMalformed)


@hosted()
def claim(request: PageRequest) -> HttpResponse:
    """Take a typed code; without one, show the step that is next."""
    if request.method != "POST":
        step = {"step": "code"} if "another" in request.GET else next_step(request)
        return _page(request, step)
    at, code = timezone.now(), request.POST.get("code", "")
    try:
        entitlement = _inspect(request, code, at)
    except REFUSALS as refusal:
        return _page(request, _refused(request, refusal, at, code), status=UNUSABLE_STATUS)
    return redirect(_after(request, entitlement))


@hosted(post_only_beside="counterfoil:claim")
def claim_inspect(request: PageRequest) -> HttpResponse:
    """Take the token of a link from the script, and answer with the part of the page to show."""
    at, token = timezone.now(), request.POST.get("token", "")
    try:
        entitlement = _inspect(request, token, at)
    except REFUSALS as refusal:
        return _part(request, _refused(request, refusal, at), status=UNUSABLE_STATUS)
    except TooManyAttempts as refusal:
        answer = answer_to(refusal)
        errors = {"code": _("Too many codes were tried from here. Please wait, then try again.")}
        response = _part(request, {"step": "code", "errors": errors}, status=answer.status)
        response.headers["Retry-After"] = str(answer.retry_after)
        return response
    return _part(request, _step_for(request, entitlement))


@hosted(post_only_beside="counterfoil:claim")
def claim_confirm(request: PageRequest) -> HttpResponse:
    """Claim what was presented, for whoever is signed in."""
    at = timezone.now()
    account, code = request.visitor.account, presented.kept(request, at=at)
    if account is None or code is None:
        return redirect("counterfoil:claim")
    to, by, origin = Assignee(account_id=account.pk), request.visitor.actor, origin_of(request)
    try:
        redemption = present(code=code, to=to, origin=origin, by=by, at=at)
    except REFUSALS as refusal:
        presented.drop(request)
        return _page(request, _refused(request, refusal, at), status=UNUSABLE_STATUS)
    presented.drop(request)
    assignment = open_assignment(redemption.entitlement_id, account)
    if assignment is None:  # taken back in the same moment
        return redirect("counterfoil:my-purchases")
    return redirect("counterfoil:claimed", assignment.pk)


def next_step(request: PageRequest) -> dict[str, Any]:
    """Give the step that is next, reading again what is presented; nothing is changed."""
    at = timezone.now()
    code = presented.kept(request, at=at)
    if code is None:
        return {"step": "code"}
    visitor = request.visitor
    try:
        found = check_code(code=code, by=visitor.actor, at=at, account_id=visitor.account_id)
    except EntitlementBound:
        return {"step": "refused", "refusal": BOUND}
    except REFUSALS:
        return {"step": "refused"}
    return _step_for(request, found)


def claim_again(request: PageRequest, wrong: Mapping[str, Any], *, status: int) -> HttpResponse:
    """Show the step again on which something was wrong."""
    return _page(request, next_step(request) | dict(wrong), status=status)


def _inspect(request: PageRequest, code: str, at: datetime) -> Entitlement:
    visitor = request.visitor
    entitlement = inspect(
        code=code,
        origin=origin_of(request),
        by=visitor.actor,
        at=at,
        account_id=visitor.account_id,
    )
    presented.keep(request, code, at=at)
    if visitor.account_id is not None:
        open_gift(
            entitlement_id=entitlement.pk, account_id=visitor.account_id, by=visitor.actor, at=at
        )
    return entitlement


def _after(request: PageRequest, entitlement: Entitlement) -> str:
    account = request.visitor.account
    held = open_assignment(entitlement.pk, account) if account else None
    if held is not None:
        return reverse("counterfoil:claimed", args=[held.pk])
    return reverse("counterfoil:claim")


def _step_for(request: PageRequest, entitlement: Entitlement) -> dict[str, Any]:
    step: dict[str, Any] = {
        "summary": summary_of(entitlement),
        "next": reverse("counterfoil:claim"),
    }
    if request.visitor.account is not None:
        return step | {"step": "confirm"}
    if mail := pending_mail(request):
        return step | {"step": "one_time", "email": mail}
    return step | {"step": "address"}


def _refused(
    request: PageRequest, refusal: CounterfoilError, at: datetime, code: str = ""
) -> dict[str, Any]:
    if isinstance(refusal, CodeMalformed):
        return {"step": "code", "code": code, "errors": {"code": malformed(refusal)}}
    if isinstance(refusal, EntitlementBound):
        return {"step": "refused", "refusal": BOUND}
    session = origin_of(request).session
    state = state_told_to(request.visitor.account, session=session, at=at, now=timezone.now())
    return {"step": "refused", "refusal": precise(state) if state else None}


def _page(request: PageRequest, step: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    return show(request, "claim", {"page": "claim", **step}, status=status)


def _part(request: PageRequest, step: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    return show(request, "claim_step", step, status=status)
