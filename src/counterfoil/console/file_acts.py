"""What is done with an order file: read otherwise, checked again, confirmed, discarded, fetched."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.channels.order_file_columns import FIELDS, REQUIRED
from counterfoil.channels.order_file_columns import Field as Meaning
from counterfoil.channels.order_file_text import Delimiter, Encoding
from counterfoil.conf import conf
from counterfoil.console.acts import REASONS
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.fields import Field
from counterfoil.console.file_page import file_context
from counterfoil.console.filing import choices_of, reading_fields
from counterfoil.console.sending import not_sent, send_file
from counterfoil.errors import CounterfoilError, ExportTooLarge, NotFound, TooManyExports
from counterfoil.operations.confirm_order_file import confirm_order_file
from counterfoil.operations.discard_order_file import discard_order_file
from counterfoil.operations.judge_order_file import judge_order_file
from counterfoil.operations.record_export import record_export
from counterfoil.operations.reread_order_file import reread_order_file
from counterfoil.operations.reveal_file_codes import reveal_file_codes
from counterfoil.queries import words
from counterfoil.queries.file_results import result_lines
from counterfoil.queries.order_files import FileSeen, one_order_file
from counterfoil.rules.acts import Act
from counterfoil.rules.order_files import Extent
from counterfoil.rules.permissions import Permission
from counterfoil.web.spreadsheet import csv_download


@staff_only(Permission.IMPORT_FILES, methods=("POST",))
def confirm_file(visit: Visit, file_id: UUID) -> HttpResponse:
    """Have the file carried out: all of it, or only the good rows."""
    wanted = visit.request.POST.get("extent", "")
    extent = Extent.GOOD_ROWS if wanted == Extent.GOOD_ROWS else Extent.ALL
    try:
        confirm_order_file(
            order_file_id=file_id, extent=extent, by=visit.operator, at=timezone.now()
        )
    except NotFound:
        raise
    except CounterfoilError as refusal:
        return _again(visit, file_id, str(refusal))
    return _back(file_id)


@staff_only(Permission.IMPORT_FILES, methods=("POST",))
def check_file(visit: Visit, file_id: UUID) -> HttpResponse:
    """Look again at what would become of the rows."""
    try:
        judge_order_file(order_file_id=file_id, by=visit.operator, at=timezone.now())
    except NotFound:
        raise
    except CounterfoilError as refusal:
        return _again(visit, file_id, str(refusal))
    messages.success(visit.request, _("Every row was judged anew."), fail_silently=True)
    return _back(file_id)


@staff_only(Permission.IMPORT_FILES, methods=("POST",))
def discard_file(visit: Visit, file_id: UUID) -> HttpResponse:
    """Throw the file away."""
    try:
        discard_order_file(order_file_id=file_id, by=visit.operator, at=timezone.now())
    except NotFound:
        raise
    except CounterfoilError as refusal:
        return _again(visit, file_id, str(refusal))
    told = _("The file is gone, with everything it said of people.")
    messages.success(visit.request, told, fail_silently=True)
    return redirect("counterfoil:console-order-files")


@staff_only(Permission.IMPORT_FILES)
def read_file(visit: Visit, file_id: UUID) -> HttpResponse:
    """Say how the file is to be read: its columns, its encoding, what divides its cells."""
    seen, error = one_order_file(file_id), ""
    answers = visit.request.POST.dict()
    if visit.request.method == "POST":
        try:
            columns = {} if _is_divided_anew(seen, answers) else _columns(answers)
            choices = choices_of(answers, columns=columns)
            reread_order_file(
                order_file_id=file_id, choices=choices, by=visit.operator, at=timezone.now()
            )
        except CounterfoilError as refusal:
            error = str(refusal)
        else:
            return _back(file_id)
    given = answers or _as_read(seen)
    context = {
        "section": "order_files",
        "file": seen,
        "columns": [one.shown(given.get(one.name, ""), "") for one in _column_fields(seen)],
        "fields": [one.shown(given.get(one.name, ""), "") for one in reading_fields()],
        "error": error,
    }
    return show(visit, "order_file_read", context, status=409 if error else 200)


@staff_only(methods=("POST",))
def fetch_results(visit: Visit, file_id: UUID) -> HttpResponse:
    """Send what came of the file as a spreadsheet, without codes; that is written down."""
    seen = one_order_file(file_id)
    try:
        kept = record_export(
            list_name="results of an order file",
            query="",
            rows=seen.row_count,
            by=visit.operator,
            at=timezone.now(),
            subject=str(file_id),
        )
    except (ExportTooLarge, TooManyExports) as refusal:
        return not_sent(visit, refusal, "counterfoil:console-order-file", file_id)
    return send_file(visit, result_lines(file_id), kept, name=f"results-{seen.name}.csv")


@staff_only(Permission.REVEAL_CODE)
def fetch_codes(visit: Visit, file_id: UUID) -> HttpResponse:
    """Send what came of the file with its codes, and write down who saw them and why."""
    seen, errors = one_order_file(file_id), {}
    reason = visit.request.POST.get("reason", "")
    comment = visit.request.POST.get("comment", "").strip()[:1000]
    if visit.request.method == "POST":
        if reason not in REASONS[Act.REVEAL_CODE]:
            errors["reason"] = _("Choose why.")
        elif reason == "other" and not comment:
            errors["comment"] = _("Say in a few words what happened.")
        else:
            try:
                codes = reveal_file_codes(
                    order_file_id=file_id,
                    by=visit.operator,
                    at=timezone.now(),
                    reason=reason,
                    comment=comment,
                )
            except CounterfoilError as refusal:
                errors["form"] = str(refusal)
            else:
                lines = result_lines(file_id, codes=codes)
                return csv_download(lines, name=f"codes-{seen.name}.csv")
    context = _codes_page(seen) | {"reason": reason, "comment": comment, "errors": errors}
    return show(visit, "act", context, status=409 if errors else 200)


def _codes_page(seen: FileSeen) -> dict[str, Any]:
    return {
        "section": "order_files",
        "title": _("Codes of %(name)s") % {"name": seen.name},
        "trace_url": reverse("counterfoil:console-order-file", args=[seen.id]),
        "effects": [
            _("You get the results file with the code of each entitlement that can be used."),
            _("That you saw them, and why, stays in the ledger, one entry for each."),
            _("You may see %(n)d codes in files in 24 hours.") % {"n": conf.FILE_REVEAL_LIMIT},
        ],
        "warning": _("Whoever has the file has the entitlements. Send it by no open way."),
        "reasons": [
            (code, words.worded(words.REASONS, code).capitalize())
            for code in REASONS[Act.REVEAL_CODE]
        ],
        "has_comment": True,
        "submit_label": _("Get the file with codes"),
    }


def _column_fields(seen: FileSeen) -> list[Field]:
    headings = tuple((name, name) for name in dict.fromkeys(seen.reading["headings"]) if name)
    return [
        Field(
            name=f"column_{meaning.value}",
            label=name.capitalize() if meaning is not Meaning.SKU else name,
            type="select",
            required=meaning in REQUIRED,
            options=headings,
        )
        for meaning, name in FIELDS.items()
    ]


def _columns(answers: dict[str, str]) -> dict[str, str]:
    return {one.value: answers.get(f"column_{one.value}", "") for one in Meaning}


def _as_read(seen: FileSeen) -> dict[str, str]:
    """Give what was chosen before, and the columns as they were found."""
    columns = seen.reading["columns"]
    return {**_chosen(seen), **{f"column_{field}": name for field, name in columns.items()}}


def _chosen(seen: FileSeen) -> dict[str, str]:
    encoding, delimiter = seen.choices.get("encoding"), seen.choices.get("delimiter")
    return {
        "encoding": Encoding(encoding).name.lower() if encoding else "",
        "delimiter": Delimiter(delimiter).name.lower() if delimiter else "",
        "day_order": seen.choices.get("day_order", ""),
        "currency": seen.choices.get("currency", ""),
    }


def _is_divided_anew(seen: FileSeen, answers: dict[str, str]) -> bool:
    """Tell whether the headings will be others: then their columns are found out again."""
    chosen = _chosen(seen)
    return any(answers.get(name, "") != chosen[name] for name in ("encoding", "delimiter"))


def _again(visit: Visit, file_id: UUID, error: str) -> HttpResponse:
    return show(visit, "order_file", file_context(visit, file_id, error=error), status=409)


def _back(file_id: UUID) -> HttpResponse:
    return redirect("counterfoil:console-order-file", file_id)
