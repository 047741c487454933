"""Lists of recipients: all of them, the template, and taking a new one in."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from counterfoil.channels.recipient_file import TEMPLATE, read_recipients
from counterfoil.conf import conf
from counterfoil.errors import CounterfoilError, NotFound
from counterfoil.operations.upload_handout import Listed, Upload, upload_handout
from counterfoil.portal.answers import sentence
from counterfoil.portal.doors import METHODS, Visit, asked_of, id_asked, members_only, show
from counterfoil.portal.fields import Form
from counterfoil.portal.giving import mail_fields, mode_choices
from counterfoil.portal.overview import told_of
from counterfoil.portal.sources import choices, source_field, source_named
from counterfoil.queries.handouts import HANDOUTS, handouts_of
from counterfoil.rules.handouts import LONGEST_MESSAGE, Mode, Said
from counterfoil.rules.partners import PartnerRight
from counterfoil.web.spreadsheet import csv_download

PASTED = 1_000_000  # characters; a longer list comes as a file
EXAMPLE = ("ann@example.com", "Ann Lee", "Welcome to the club.", "", "en")


@members_only()
def show_lists(visit: Visit) -> HttpResponse:
    """List what was handed out by lists and on cards, the newest first."""
    found = handouts_of(visit.partner_id, before=id_asked(visit, "before"))
    context = {
        "section": "lists",
        "rows": [told_of(visit, one) for one in found],
        "next_url": f"?before={found[-1].id}" if len(found) == HANDOUTS else "",
    }
    return show(visit, "lists", context)


@members_only()
def send_template(visit: Visit) -> HttpResponse:
    """Give the template of a list, with one row to go by."""
    rows = (",".join(TEMPLATE), ",".join(EXAMPLE))
    return csv_download((f"{row}\r\n" for row in rows), name="recipients.csv")


@members_only(PartnerRight.HAND_OUT, methods=METHODS)
def upload_list(visit: Visit) -> HttpResponse:
    """Take a list in, and go to what stands against its rows."""
    errors: dict[str, str | Promise] = {}
    if visit.request.method == "POST":
        try:
            upload = _upload(visit)
        except NotFound:
            errors["source"] = _("Choose what to hand out.")
        except CounterfoilError as refusal:
            errors["file"] = sentence(refusal)
        else:
            again = "?again=1" if upload.is_repeated else ""
            return redirect(visit.to("list", upload.handout.pk) + again)
    return show(visit, "upload", _context(visit, errors), status=422 if errors else 200)


def _upload(visit: Visit) -> Upload:
    source = source_named(visit, asked_of(visit, "source", 120))
    sent, label = visit.request.FILES.get("file"), asked_of(visit, "label", 100)
    if isinstance(sent, UploadedFile):
        content, name = sent.read(conf.HANDOUT_MAX_BYTES + 1), sent.name or ""
    else:
        content, name = asked_of(visit, "pasted", PASTED).encode(), ""
    holds_for_all = Said(
        message=asked_of(visit, "message", 3_000)[: LONGEST_MESSAGE + 1],
        send_on=asked_of(visit, "send_on", 40),
        language=asked_of(visit, "language", 16) or get_language() or "",
    )
    found = read_recipients(
        content, most_bytes=conf.HANDOUT_MAX_BYTES, most_rows=conf.HANDOUT_MAX_ROWS
    )
    return upload_handout(
        partner_id=visit.partner_id,
        source=source,
        name=label or name,
        content=label.encode() + b"\n" + content,
        rows=(Listed.read(one).or_else(holds_for_all) for one in found),
        mode=Mode.ASSIGN if asked_of(visit, "mode") == Mode.ASSIGN else Mode.INVITE,
        time_zone=timezone.get_current_timezone_name(),
        by=visit.actor,
        at=timezone.now(),
    )


def _context(visit: Visit, errors: dict[str, str | Promise]) -> dict[str, Any]:
    form = Form(visit.request.POST, errors)
    limits = {"rows": f"{conf.HANDOUT_MAX_ROWS:,}", "mb": conf.HANDOUT_MAX_BYTES // 1_000_000}
    return {
        "section": "lists",
        "errors": errors,
        "is_empty": not choices(visit),
        "source": source_field(visit, form),
        "file": form.field(
            "file",
            _("File with the recipients"),
            "file",
            required=False,
            hint=_("CSV or text from a spreadsheet, up to %(rows)s rows and %(mb)s MB.") % limits,
        ),
        "pasted": form.field(
            "pasted",
            _("or paste the addresses here"),
            "textarea",
            required=False,
            hint=_("One in each line. What is in the file counts, if there is one."),
        ),
        "label": form.field(
            "label",
            _("Name of this list"),
            required=False,
            maxlength=100,
            hint=_("For yourself. The same list under the same name is never sent twice."),
        ),
        "fields": mail_fields(form),
        "modes": mode_choices(visit),
    }
