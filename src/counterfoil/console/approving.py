"""What waits for a second person: the list, and one request with what will happen."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.console.doors import Visit, paging, show, staff_only
from counterfoil.console.finding import trace_url
from counterfoil.errors import CounterfoilError
from counterfoil.operations.approve import approve
from counterfoil.operations.reject import reject
from counterfoil.queries import words
from counterfoil.queries.approvals import (
    PAGE,
    ApprovalSeen,
    decided,
    granted_for,
    one_approval,
    waiting,
)
from counterfoil.rules.approvals import ApprovalKind, Standing
from counterfoil.rules.people import mask_mail
from counterfoil.rules.permissions import Permission
from counterfoil.rules.remarks import masked_remark

LABELS: Mapping[ApprovalKind, str | Promise] = {
    ApprovalKind.GRANT: later("Grant"),
    ApprovalKind.BATCH: later("Batch for print"),
    ApprovalKind.PRINT_FILE: later("Print file, once more"),
    ApprovalKind.ALLOTMENT: later("Allotment"),
    ApprovalKind.GRANT_LIST: later("List of grants"),
    ApprovalKind.BULK: later("Act on many"),
}
BADGES: Mapping[Standing, tuple[str, str | Promise]] = {
    Standing.WAITING: ("warn", later("waiting")),
    Standing.APPROVED: ("good", later("approved")),
    Standing.REJECTED: ("bad", later("rejected")),
    Standing.LAPSED: ("", later("lapsed")),
}
HIDDEN = {"request_id", "batch", "allotment"}


@staff_only(methods=("GET", "HEAD"))
def list_approvals(visit: Visit) -> HttpResponse:
    """List what waits, the oldest first, and what was decided, the newest first."""
    now, before = timezone.now(), paging(visit)
    past = decided(now=now, before=before)
    context = {
        "section": "approvals",
        "waiting": [] if before else [_row(visit, one) for one in waiting(now=now)],
        "is_first": before is None,
        "decided": [_row(visit, one) for one in past],
        "next_url": f"?before={past[-1].id}" if len(past) == PAGE else "",
    }
    return show(visit, "approvals", context)


@staff_only()
def decide_on(visit: Visit, approval_id: UUID) -> HttpResponse:
    """Show what somebody asks for and what will happen, or say yes or no to it."""
    now, errors = timezone.now(), {}
    seen = one_approval(approval_id, now=now)
    posted = visit.request.POST
    if visit.request.method == "POST":
        visit.require(Permission.APPROVE)
        verdict, comment = (
            posted.get("verdict", ""),
            masked_remark(posted.get("comment", ""))[:1000],
        )
        if verdict == "reject" and not comment:
            errors["comment"] = _("Say why, for whoever asked.")
        elif verdict not in {"approve", "reject"}:
            errors["form"] = _("Choose one of the two.")
        else:
            try:
                told = _decide(visit, approval_id, verdict, comment)
            except CounterfoilError as refusal:
                errors["form"] = str(refusal)
            else:
                messages.success(visit.request, told, fail_silently=True)
                return redirect("counterfoil:console-approval", approval_id)
    seen = one_approval(approval_id, now=now)  # it may have been decided meanwhile
    context = _context(visit, seen) | {"errors": errors, "comment": posted.get("comment", "")}
    return show(visit, "approval", context, status=409 if errors else 200)


def _decide(visit: Visit, approval_id: UUID, verdict: str, comment: str) -> str:
    about: dict[str, Any] = {
        "approval_id": approval_id,
        "comment": comment,
        "by": visit.operator,
        "at": timezone.now(),
    }
    return _yes(about) if verdict == "approve" else _no(about)


def _yes(about: Mapping[str, Any]) -> str:
    approve(**about)
    return _("Approved, and done.")


def _no(about: Mapping[str, Any]) -> str:
    reject(**about)
    return _("Rejected. Nothing was done.")


def _row(visit: Visit, seen: ApprovalSeen) -> dict[str, Any]:
    tone, standing = BADGES[seen.standing]
    return {
        "label": LABELS[seen.kind],
        "url": reverse("counterfoil:console-approval", args=[seen.id]),
        "tone": tone,
        "standing": standing,
        "seen": seen,
        "quantity": seen.asked.get("quantity", ""),
        "is_own": seen.requested_by == visit.operator.id,
    }


def _context(visit: Visit, seen: ApprovalSeen) -> dict[str, Any]:
    is_waiting = seen.standing is Standing.WAITING
    may = visit.may(Permission.APPROVE)
    return _row(visit, seen) | {
        "section": "approvals",
        "facts": words.facts(_asked(seen)),
        "effects": _effects(seen),
        "may_decide": is_waiting and may and seen.requested_by != visit.operator.id,
        "is_waiting": is_waiting,
        "result_url": _result(seen),
    }


def _asked(seen: ApprovalSeen) -> dict[str, Any]:
    """Give what was asked for, as colleagues may read it."""
    asked = {name: value for name, value in seen.asked.items() if name not in HIDDEN and value}
    if "recipient" in asked:
        asked["recipient"] = mask_mail(str(asked["recipient"]))
    codes = ("category", "reference_kind", "act")  # everything else is shown as it was written
    return {
        name: str(value).replace("_", " ") if name in codes else str(value)
        for name, value in asked.items()
    }


def _effects(seen: ApprovalSeen) -> list[str]:
    match seen.kind:
        case ApprovalKind.GRANT:
            told = _("%(n)s entitlements are issued at once, without any payment.")
            mailed = _("Their codes are sent to the recipient.")
            nobody = _("Nobody is written to.")
            return [
                told % {"n": seen.asked.get("quantity")},
                mailed if seen.asked.get("recipient") else nobody,
                _("The grant names both of you, for good."),
            ]
        case ApprovalKind.ALLOTMENT:
            told = _("%(n)s entitlements are issued at once, for the partner to hand out.")
            return [
                told % {"n": seen.asked.get("quantity")},
                _("Nobody is written to."),
                _("The grant behind it names both of you, for good."),
            ]
        case ApprovalKind.BATCH:
            told = _("%(n)s codes are minted. They are worth nothing before each is sold.")
            return [
                told % {"n": seen.asked.get("quantity")},
                _("A file is encrypted for the key above. It can be fetched once."),
                _("Compare the fingerprint with whoever prints, on the telephone."),
            ]
        case ApprovalKind.PRINT_FILE:
            return [
                _("The file with all codes not sold yet is made once more, for the same key."),
                _("If the lost one may be in wrong hands, reject this and recall the batch."),
            ]
        case ApprovalKind.GRANT_LIST:
            told = _("%(n)s entitlements are issued, row by row, without any payment.")
            return [
                told % {"n": seen.asked.get("quantity")},
                _("Codes are sent to the recipients the list names."),
                _("Each grant names both of you, for good."),
            ]
        case ApprovalKind.BULK:
            told = _("It is done to %(n)s entitlements, each with an entry of its own.")
            return [
                told % {"n": seen.asked.get("quantity")},
                _("It can be stopped on its way; what was done stays done."),
            ]


def _result(seen: ApprovalSeen) -> str:
    """Give where to see what it is about, or what came of it."""
    about = seen.subject.partition(":")[0]
    match seen.kind:
        case ApprovalKind.GRANT | ApprovalKind.ALLOTMENT:
            purchase = granted_for(seen)
            return trace_url(str(purchase)) if purchase else ""
        case ApprovalKind.GRANT_LIST:
            return reverse("counterfoil:console-grant-list", args=[about])
        case ApprovalKind.BULK:
            return reverse("counterfoil:console-bulk", args=[about])
        case ApprovalKind.BATCH | ApprovalKind.PRINT_FILE:
            return reverse("counterfoil:console-batch", args=[about])
