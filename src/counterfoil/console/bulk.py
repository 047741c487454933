"""Acting on many: the acts there were, one of them, and what is done with it."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console.bulk_page import read, reasons_of, told_of
from counterfoil.console.bulk_shown import changed_since, shown_at
from counterfoil.console.doors import Visit, paging, show, staff_only
from counterfoil.console.sending import send_file
from counterfoil.errors import BulkChanged, CounterfoilError, NotFound
from counterfoil.models import Bulk
from counterfoil.operations.confirm_bulk import confirm_bulk
from counterfoil.operations.continue_job import continue_job
from counterfoil.operations.discard_bulk import discard_bulk
from counterfoil.operations.invert_bulk import invert_bulk
from counterfoil.operations.judge_bulk import judge_bulk
from counterfoil.operations.record_export import record_export
from counterfoil.operations.stop_job import stop_job
from counterfoil.queries.bulk import BULKS, bulks, one_bulk
from counterfoil.queries.bulk_results import result_lines
from counterfoil.rules.bulk import Stands, bulk_permission
from counterfoil.rules.permissions import Permission
from counterfoil.rules.remarks import masked_remark, masked_ticket


@staff_only(methods=("GET", "HEAD"))
def list_bulks(visit: Visit) -> HttpResponse:
    """List the acts on many, the newest first."""
    found = bulks(before=paging(visit))
    context = {
        "section": "bulk",
        "rows": [told_of(one) for one in found],
        "next_url": f"?before={found[-1].id}" if len(found) == BULKS else "",
        "may_act": visit.may(Permission.BULK_ACTS),
    }
    return show(visit, "bulks", context)


@staff_only(methods=("GET", "HEAD"))
def show_bulk(visit: Visit, bulk_id: UUID) -> HttpResponse:
    """Show one; while it is carried out, the page looks again by itself."""
    return show(visit, "bulk", read(visit, bulk_id))


@staff_only(Permission.BULK_ACTS, methods=("POST",))
def confirm(visit: Visit, bulk_id: UUID) -> HttpResponse:
    """Have it carried out for the sorts that were chosen, or ask for a second person."""
    seen, posted, errors = one_bulk(bulk_id), visit.request.POST, {}
    visit.require(bulk_permission(seen.act))
    sorts = [Stands(one) for one in posted.getlist("sort") if one in set(Stands)]
    reason, comment = posted.get("reason", ""), masked_remark(posted.get("comment", ""))[:1000]
    ticket = masked_ticket(posted.get("ticket", ""))
    if not sorts:
        errors["sorts"] = _("Choose at least one sort.")
    if reason not in reasons_of(seen.act):
        errors["reason"] = _("Choose why.")
    elif reason == "other" and not comment:
        errors["comment"] = _("Say in a few words what happened.")
    if not errors:
        try:
            confirm_bulk(
                bulk_id=bulk_id,
                sorts=sorts,
                reason=reason,
                comment=comment,
                shown_at=shown_at(posted.get("shown", "")),
                by=replace(visit.operator, case=ticket),
                at=timezone.now(),
            )
        except BulkChanged:
            errors["form"] = changed_since(bulk_id, posted.get("shown", ""))
        except CounterfoilError as refusal:
            errors["form"] = str(refusal)
        else:
            return _back(bulk_id)
    context = read(visit, bulk_id, sorts_chosen=sorts) | {
        "errors": errors,
        "reason": reason,
        "comment": comment,
        "ticket": ticket,
    }
    return show(visit, "bulk", context, status=409)


@staff_only(Permission.BULK_ACTS, methods=("POST",))
def look_again(visit: Visit, bulk_id: UUID) -> HttpResponse:
    """Sort anew how everything stands."""

    def judge() -> object:
        return judge_bulk(bulk_id=bulk_id, by=visit.operator, at=timezone.now())

    return _do(visit, bulk_id, judge, _("This is how they stand now."))


@staff_only(Permission.BULK_ACTS, methods=("POST",))
def discard(visit: Visit, bulk_id: UUID) -> HttpResponse:
    """Throw it away, with nothing done."""
    try:
        discard_bulk(bulk_id=bulk_id, by=visit.operator, at=timezone.now())
    except NotFound:
        raise
    except CounterfoilError as refusal:
        return _refused(visit, bulk_id, refusal)
    messages.success(visit.request, _("Discarded. Nothing was done."), fail_silently=True)
    return redirect("counterfoil:console-bulks")


@staff_only(Permission.BULK_ACTS, Permission.RUN_JOBS, methods=("POST",))
def stop(visit: Visit, bulk_id: UUID) -> HttpResponse:
    """Stop it after the part it is at."""
    seen = one_bulk(bulk_id)

    def halt() -> object:
        if seen.job is None:
            raise NotFound("It has no work to stop.")
        return stop_job(job_id=seen.job.pk, by=visit.operator, at=timezone.now())

    return _do(visit, bulk_id, halt, _("It stops after the part it is at. What is done stays."))


@staff_only(Permission.BULK_ACTS, Permission.RUN_JOBS, methods=("POST",))
def go_on(visit: Visit, bulk_id: UUID) -> HttpResponse:
    """Take it up where it was left."""
    seen = one_bulk(bulk_id)

    def resume() -> object:
        if seen.job is None or not seen.is_halted:
            raise NotFound("It has no work to go on with.")
        return continue_job(job_id=seen.job.pk, by=visit.operator, at=timezone.now())

    return _do(visit, bulk_id, resume, _("It goes on where it was left."))


@staff_only(Permission.BULK_ACTS, methods=("POST",))
def take_back(visit: Visit, bulk_id: UUID) -> HttpResponse:
    """Preview the act that takes it back."""
    seen = one_bulk(bulk_id)
    if seen.rule.inverse is not None:
        visit.require(bulk_permission(seen.rule.inverse))
    try:
        made: Bulk = invert_bulk(bulk_id=bulk_id, by=visit.operator, at=timezone.now())
    except CounterfoilError as refusal:
        return _refused(visit, bulk_id, refusal)
    return _back(made.pk)


@staff_only(Permission.BULK_ACTS, methods=("POST",))
def fetch_results(visit: Visit, bulk_id: UUID) -> HttpResponse:
    """Send what became of each as a spreadsheet, without codes; that is written down."""
    seen = one_bulk(bulk_id)
    try:
        kept = record_export(
            list_name="results of a bulk act",
            query="",
            rows=seen.total,
            by=visit.operator,
            at=timezone.now(),
            subject=str(bulk_id),
        )
    except CounterfoilError as refusal:
        return _refused(visit, bulk_id, refusal)
    name = f"{seen.act.value}-{seen.created_at:%Y-%m-%d}-{str(seen.id)[-6:]}.csv"
    return send_file(visit, result_lines(bulk_id), kept, name=name)


def _do(visit: Visit, bulk_id: UUID, act: Callable[[], object], told: str) -> HttpResponse:
    try:
        act()
    except NotFound:
        raise
    except CounterfoilError as refusal:
        return _refused(visit, bulk_id, refusal)
    messages.success(visit.request, told, fail_silently=True)
    return _back(bulk_id)


def _refused(visit: Visit, bulk_id: UUID, refusal: CounterfoilError) -> HttpResponse:
    context = read(visit, bulk_id) | {"errors": {"form": str(refusal)}}
    return show(visit, "bulk", context, status=409)


def _back(bulk_id: UUID) -> HttpResponse:
    return redirect("counterfoil:console-bulk", bulk_id)
