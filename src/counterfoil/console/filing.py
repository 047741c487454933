"""Order files: the list of them, and uploading one."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.channels.order_file_reading import Choices, choices_named
from counterfoil.channels.order_file_text import DELIMITERS, ENCODINGS
from counterfoil.channels.order_file_values import DayOrder
from counterfoil.conf import conf
from counterfoil.console.doors import Visit, paging, show, staff_only
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.errors import CounterfoilError
from counterfoil.models import Connection
from counterfoil.operations.upload_order_file import CHANNEL, upload_order_file
from counterfoil.queries import file_words, words
from counterfoil.queries.order_files import FILES, FileSeen, order_files
from counterfoil.rules.order_files import FileStatus
from counterfoil.rules.permissions import Permission

TONES = {
    FileStatus.CHECKED: "info",
    FileStatus.CONFIRMED: "warn",
    FileStatus.DONE: "good",
    FileStatus.DISCARDED: "",
}


@staff_only(methods=("GET", "HEAD"))
def list_files(visit: Visit) -> HttpResponse:
    """List the files, the newest first."""
    found = order_files(before=paging(visit))
    context = {
        "section": "order_files",
        "rows": [told_of(one) for one in found],
        "next_url": f"?before={found[-1].id}" if len(found) == FILES else "",
        "may_import": visit.may(Permission.IMPORT_FILES),
    }
    return show(visit, "order_files", context)


@staff_only(Permission.IMPORT_FILES)
def upload_file(visit: Visit) -> HttpResponse:
    """Take in a file, and go to what would become of its rows."""
    answers, errors = visit.request.POST.dict(), {}
    if visit.request.method == "POST":
        try:
            return _upload(visit, answers)
        except FieldWrong as wrong:
            errors[wrong.field] = str(wrong)
        except CounterfoilError as refusal:
            errors["file"] = str(refusal)
    through = [
        (one.slug, one.name)
        for one in Connection.objects.usable().filter(channel=CHANNEL).order_by("name")
    ]
    if len(through) == 1:
        answers.setdefault("connection", through[0][0])
    context = {
        "section": "order_files",
        "fields": [
            one.shown(answers.get(one.name, ""), errors.get(one.name, ""))
            for one in _main_fields(through)
        ],
        "more": [
            one.shown(answers.get(one.name, ""), errors.get(one.name, ""))
            for one in reading_fields()
        ],
        "has_connections": bool(through),
        "errors": errors,
    }
    return show(visit, "order_file_new", context, status=409 if errors else 200)


def told_of(one: FileSeen) -> dict[str, Any]:
    """Put a file in words."""
    return {
        "seen": one,
        "url": reverse("counterfoil:console-order-file", args=[one.id]),
        "status": words.worded(file_words.FILE_STATUSES, one.status),
        "tone": TONES[FileStatus(one.status)],
        "counts": [
            (words.worded(file_words.VERDICTS, verdict), count)
            for verdict, count in one.counts.items()
        ],
    }


def choices_of(answers: Mapping[str, str], *, columns: Mapping[str, str]) -> Choices:
    """
    Read how a file is to be read, as it was answered.

    :raises FileUnreadable: if there is no such choice.
    """
    return choices_named(
        encoding=answers.get("encoding", ""),
        delimiter=answers.get("delimiter", ""),
        day_order=answers.get("day_order", ""),
        currency=answers.get("currency", ""),
        columns=columns,
    )


def reading_fields() -> tuple[Field, ...]:
    """Ask how a file is to be read, for whoever knows better than the file tells."""
    first = {DayOrder.MONTH_FIRST: _("month first"), DayOrder.DAY_FIRST: _("day first")}
    return (
        Field(
            name="encoding",
            label=_("Encoding"),
            type="select",
            required=False,
            options=tuple((one.name.lower(), name) for one, name in ENCODINGS.items()),
            hint=_("Only if names come out wrong."),
        ),
        Field(
            name="delimiter",
            label=_("Cells are divided by"),
            type="select",
            required=False,
            options=tuple((one.name.lower(), name) for one, name in DELIMITERS.items()),
        ),
        Field(
            name="day_order",
            label=_("Days such as 05-06-2026"),
            type="select",
            required=False,
            options=tuple((one.value, name) for one, name in first.items()),
        ),
        Field(
            name="currency",
            label=_("Currency"),
            required=False,
            maxlength=3,
            hint=_("Where no column says it: three letters, as in EUR."),
        ),
    )


def _main_fields(through: list[tuple[str, str]]) -> tuple[Field, ...]:
    most = f"{conf.ORDER_FILE_MAX_BYTES // 1_000_000}"
    limits = {"mb": most, "rows": f"{conf.ORDER_FILE_MAX_ROWS:,}"}
    return (
        Field(name="connection", label=_("Whose orders"), type="select", options=tuple(through)),
        Field(
            name="file",
            label=_("File"),
            type="file",
            hint=_(
                "CSV or tab-separated text with a heading row, up to %(mb)s MB and %(rows)s rows."
            )
            % limits,
        ),
    )


def _upload(visit: Visit, answers: dict[str, str]) -> HttpResponse:
    through = Connection.objects.usable().filter(channel=CHANNEL)
    connection = through.filter(slug=answers.get("connection", "")).first()
    if connection is None:
        raise FieldWrong("connection", _("Choose whose orders they are."))
    sent = visit.request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        raise FieldWrong("file", _("Choose a file."))
    upload = upload_order_file(
        connection=connection,
        name=sent.name or "",
        content=sent.read(conf.ORDER_FILE_MAX_BYTES + 1),
        choices=choices_of(answers, columns={}),
        by=visit.operator,
        at=timezone.now(),
    )
    if upload.is_repeated:
        told = _(
            "This very file was uploaded before. This is how it stands; nothing happens twice."
        )
        messages.warning(visit.request, told, fail_silently=True)
    return redirect("counterfoil:console-order-file", upload.order_file.pk)
