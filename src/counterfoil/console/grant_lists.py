"""Lists of grants: uploading one, what would become of its rows, what did, and its results."""

from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from counterfoil.channels.grant_file import TEMPLATE, read_grants
from counterfoil.conf import conf
from counterfoil.console.asking import Asked
from counterfoil.console.doors import Visit, paging, show, staff_only
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.console.grant_list_page import TONES, list_context
from counterfoil.console.granting import why_fields
from counterfoil.console.sending import send_file
from counterfoil.errors import CounterfoilError, NotFound, ReferenceUnknown
from counterfoil.models import Approval, Product
from counterfoil.models.granting import allowance
from counterfoil.operations.confirm_grant_list import confirm_grant_list
from counterfoil.operations.discard_grant_list import discard_grant_list
from counterfoil.operations.record_export import record_export
from counterfoil.operations.upload_grant_list import Upload, upload_grant_list
from counterfoil.queries import words
from counterfoil.queries.grant_lists import LISTS, grant_lists, one_grant_list, result_lines
from counterfoil.queries.grant_words import STATUSES
from counterfoil.rules.handouts import Reach
from counterfoil.rules.permissions import Permission
from counterfoil.web.spreadsheet import csv_download

PASTED = "pasted"


@staff_only(methods=("GET", "HEAD"))
def list_lists(visit: Visit) -> HttpResponse:
    """List the lists, the newest first."""
    found = grant_lists(now=timezone.now(), before=paging(visit))
    context = {
        "section": "grants",
        "rows": [
            {
                "seen": one,
                "url": reverse("counterfoil:console-grant-list", args=[one.id]),
                "tone": TONES[one.status],
                "status": words.worded(STATUSES, one.status),
            }
            for one in found
        ],
        "next_url": f"?before={found[-1].id}" if len(found) == LISTS else "",
        "may_grant": visit.may(Permission.GRANT),
    }
    return show(visit, "grant_lists", context)


@staff_only(Permission.GRANT)
def upload(visit: Visit) -> HttpResponse:
    """Take in a list, and go to what would become of its rows."""
    asked, errors = Asked(visit.request.POST.dict()), {}
    if visit.request.method == "POST":
        try:
            uploaded = _upload(visit, asked)
        except FieldWrong as wrong:
            errors[wrong.field] = str(wrong)
        except ReferenceUnknown as refusal:
            errors["reference"] = str(refusal)
        except CounterfoilError as refusal:
            errors["file"] = str(refusal)
        else:
            if uploaded.is_repeated:
                told = _("This very list was uploaded before. This is how it stands.")
                messages.warning(visit.request, told, fail_silently=True)
            return redirect("counterfoil:console-grant-list", uploaded.grant_list.pk)
    context = {
        "section": "grants",
        "allowance": allowance(visit.operator.id, at=timezone.now()),
        "columns": ", ".join(TEMPLATE),
        "fields": [
            one.shown(asked.answers.get(one.name, ""), errors.get(one.name, ""))
            for one in (*_fields(), *why_fields())
        ],
        "errors": errors,
    }
    return show(visit, "grant_list_new", context, status=409 if errors else 200)


@staff_only(methods=("GET", "HEAD"))
def fetch_template(_visit: Visit) -> HttpResponse:
    """Send an empty list with the headings that are known."""
    return csv_download([",".join(TEMPLATE) + "\r\n"], name="grants.csv")


@staff_only(methods=("GET", "HEAD"))
def show_list(visit: Visit, list_id: UUID) -> HttpResponse:
    """Show a list; while it is carried out, the page looks again by itself."""
    return show(visit, "grant_list", list_context(visit, list_id, error=""))


@staff_only(Permission.GRANT, methods=("POST",))
def confirm(visit: Visit, list_id: UUID) -> HttpResponse:
    """Have the list granted: all of it, or only its good rows."""
    wanted = visit.request.POST.get("reach", "")
    reach = Reach.GOOD_ROWS if wanted == Reach.GOOD_ROWS else Reach.ALL
    try:
        done = confirm_grant_list(
            list_id=list_id, reach=reach, by=visit.operator, at=timezone.now()
        )
    except NotFound:
        raise
    except CounterfoilError as refusal:
        return _again(visit, list_id, str(refusal))
    if isinstance(done, Approval):
        told = _("That is more than one person gives alone. It waits for a second person.")
        messages.warning(visit.request, told, fail_silently=True)
    return redirect("counterfoil:console-grant-list", list_id)


@staff_only(Permission.GRANT, methods=("POST",))
def discard(visit: Visit, list_id: UUID) -> HttpResponse:
    """Throw the list away."""
    try:
        discard_grant_list(list_id=list_id, by=visit.operator, at=timezone.now())
    except NotFound:
        raise
    except CounterfoilError as refusal:
        return _again(visit, list_id, str(refusal))
    told = _("The list is gone, with everything it said of people.")
    messages.success(visit.request, told, fail_silently=True)
    return redirect("counterfoil:console-grant-lists")


@staff_only(methods=("POST",))
def fetch_results(visit: Visit, list_id: UUID) -> HttpResponse:
    """Send what came of each row, addresses masked and without codes; that is written down."""
    seen = one_grant_list(list_id, now=timezone.now())
    try:
        kept = record_export(
            list_name="results of a list of grants",
            query="",
            rows=seen.rows,
            by=visit.operator,
            at=timezone.now(),
            subject=str(list_id),
        )
    except CounterfoilError as refusal:
        return _again(visit, list_id, str(refusal))
    return send_file(visit, result_lines(list_id), kept, name=f"results-{seen.name or 'list'}.csv")


def _again(visit: Visit, list_id: UUID, error: str) -> HttpResponse:
    return show(visit, "grant_list", list_context(visit, list_id, error=error), status=409)


def _upload(visit: Visit, asked: Asked) -> Upload:
    content, name = _content(visit, asked)
    sku = asked.answers.get("product", "").strip()
    rows = read_grants(
        content, most_bytes=conf.GRANT_LIST_MAX_BYTES, most_rows=conf.GRANT_LIST_MAX_ROWS
    )
    return upload_grant_list(
        name=name,
        content=content + sku.encode(),
        rows=rows,
        product=asked.product() if sku else None,
        category=asked.category(),
        reference_kind=asked.reference_kind(),
        reference=asked.about(asked.reference_kind(), _("Name the order, case or account.")),
        reason=asked.why(_("Say why."))[:200],
        partner=asked.partner(),
        by=visit.operator,
        at=timezone.now(),
    )


def _content(visit: Visit, asked: Asked) -> tuple[bytes, str]:
    sent = visit.request.FILES.get("file")
    if isinstance(sent, UploadedFile) and sent.size:
        return sent.read(conf.GRANT_LIST_MAX_BYTES + 1), sent.name or ""
    pasted = asked.answers.get(PASTED, "")
    if not pasted.strip():
        raise FieldWrong("file", _("Choose a file, or paste the rows below."))
    return pasted.encode(), capfirst(_("pasted rows"))


def _fields() -> tuple[Field, ...]:
    limits = {"rows": f"{conf.GRANT_LIST_MAX_ROWS:,}"}
    products = Product.objects.order_by("name").values_list("sku", "name")
    return (
        Field(
            name="file",
            label=_("File"),
            type="file",
            required=False,
            hint=_("CSV or text from a spreadsheet, up to %(rows)s rows.") % limits,
        ),
        Field(
            name=PASTED,
            label=_("Or paste the rows"),
            type="textarea",
            required=False,
            hint=_("As copied from a spreadsheet, or one address a line."),
        ),
        Field(
            name="product",
            label=_("Product"),
            type="select",
            required=False,
            options=tuple(products),
            hint=_("For rows that name none."),
        ),
    )
