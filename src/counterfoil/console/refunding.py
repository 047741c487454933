"""One refund: what it may have been for, and a person's word on what it takes back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from counterfoil.console.deciding_refunds import WHY
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.fields import FieldWrong
from counterfoil.console.finding import trace_url
from counterfoil.console.refund_shown import refund_context
from counterfoil.console.standing import entry_made
from counterfoil.console.tickets import ticket_of
from counterfoil.errors import CounterfoilError, NotFound, StaleEntitlement
from counterfoil.intake.retrying import with_retries
from counterfoil.models import Decision, Purchase
from counterfoil.models.ids import PREFIX, id_of
from counterfoil.operations.decide_refund import decide_refund
from counterfoil.queries.refunds import RefundStanding, is_paid_back, refund_standing
from counterfoil.rules.permissions import Permission
from counterfoil.rules.remarks import masked_remark

UNIT = "unit_"  # what the names of the fields of single entitlements begin with
MANY = (Decision.REVOKE.value, Decision.KEEP.value)


@staff_only(Permission.DECIDE_REFUND)
def decide_on_refund(visit: Visit, purchase_id: UUID, reference: str) -> HttpResponse:
    """Show a refund with everything it may have been for, or keep what somebody says it was."""
    standing = refund_standing(purchase_id=purchase_id, reference=reference)
    is_posted = visit.request.method == "POST"
    asked = visit.request.POST if is_posted else visit.request.GET
    answers = {name: str(text) for name, text in asked.items()}
    errors: dict[str, str] = {}
    if is_posted:
        errors = _wrong(standing, answers)
        if not errors:
            try:
                return _decide(visit, standing, answers)
            except FieldWrong as wrong:
                errors[wrong.field] = str(wrong)
            except StaleEntitlement:
                errors["form"] = _moved()
            except CounterfoilError as refusal:
                errors["form"] = str(refusal)
        standing = refund_standing(purchase_id=purchase_id, reference=reference)
    context = refund_context(standing, answers, errors, is_posted=is_posted)
    return show(visit, "refund", context, status=409 if errors else 200)


def _wrong(standing: RefundStanding, answers: Mapping[str, str]) -> dict[str, str]:
    if answers.get("version") != standing.version:
        return {"form": _moved()}
    wrong = {}
    if not is_paid_back(standing):
        wrong["form"] = _("The money has not gone back: there is nothing to decide.")
    if answers.get("reason") not in WHY:
        wrong["reason"] = _("Choose why.")
    if answers.get("reason") == "other" and not masked_remark(answers.get("comment", "")):
        wrong["comment"] = _("Say in a few words what happened.")
    return wrong


def _decide(visit: Visit, standing: RefundStanding, answers: Mapping[str, str]) -> HttpResponse:
    takes = _takes(answers)
    by, at = replace(visit.operator, case=ticket_of(answers)), timezone.now()

    def once() -> None:
        with transaction.atomic():
            Purchase.objects.select_for_update(of=("self",)).get(pk=standing.purchase_id)
            now = refund_standing(purchase_id=standing.purchase_id, reference=standing.reference)
            if now.version != answers.get("version"):
                raise StaleEntitlement
            decide_refund(
                purchase_id=standing.purchase_id,
                reference=standing.reference,
                takes={id_of(handle): decision for handle, decision in takes.items()},
                by=by,
                at=at,
                reason=answers.get("reason", ""),
                comment=masked_remark(answers.get("comment", ""))[:1000],
            )

    with_retries(once)
    entry = entry_made([id_of(one) for one in {**takes, **standing.decisions}], by=by.id, at=at)
    told: Any = _told(takes)
    if entry:
        told = format_html('{} <a href="{}">{}</a>', told, entry, _("See the entry."))
    messages.success(visit.request, told, fail_silently=True)
    return redirect(f"{trace_url(str(standing.purchase_id))}{entry}")


def _takes(answers: Mapping[str, str]) -> dict[str, Decision]:
    """Read what was decided, for each entitlement by itself or from lists of handles."""
    takes = {}
    for name, text in answers.items():
        if name.startswith(UNIT) and text:
            takes[_handle(name.removeprefix(UNIT), name)] = _decision(text, name)
    for decision in MANY:
        for handle in answers.get(f"list_{decision}", "").replace(",", " ").split():
            named = _handle(handle, f"list_{decision}")
            if named in takes:
                raise FieldWrong(f"list_{decision}", _("%(one)s is named twice.") % {"one": named})
            takes[named] = Decision(decision)
    return takes


def _handle(text: str, field: str) -> str:
    try:
        id_of(text)
    except NotFound:
        wrong = _("This is not a handle; they begin with %(prefix)s.") % {"prefix": PREFIX}
        raise FieldWrong(field, wrong) from None
    return text.lower()


def _decision(text: str, field: str) -> Decision:
    if text not in MANY:
        raise FieldWrong(field, _("Choose one of these."))
    return Decision(text)


def _told(takes: Mapping[str, Decision]) -> str:
    gone = sum(decision is Decision.REVOKE for decision in takes.values())
    kept = len(takes) - gone
    if not takes:
        return _("Decided: the refund takes nothing back.")
    return _("Decided: %(gone)d revoked, %(kept)d kept.") % {"gone": gone, "kept": kept}


def _moved() -> str:
    return _(
        "Something of this order moved since you opened this page, so nothing was done for you."
        " Look at it again."
    )
