"""Acting on many, before anything is done: which act, on which entitlements."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.conf import conf
from counterfoil.console.bulk_fields import (
    PASTED,
    Chosen,
    chosen_by_filter,
    chosen_by_list,
    fields_of,
    filter_of,
    parameters_of,
)
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.errors import CounterfoilError, FilterWrong
from counterfoil.operations.preview_bulk import preview_bulk
from counterfoil.queries.bulk_words import LABELS, SUMMARIES
from counterfoil.queries.filtering import UnitFilter
from counterfoil.rules.acts import Act
from counterfoil.rules.bulk import BULK, bulk_permission
from counterfoil.rules.permissions import Permission


@staff_only(Permission.BULK_ACTS)
def choose_bulk(visit: Visit) -> HttpResponse:
    """Ask which act on which entitlements, and preview it."""
    query, errors = visit.request.GET, {}
    try:
        wanted = filter_of(query)
    except FilterWrong as refusal:
        context = {"section": "bulk", "error": str(refusal)}
        return show(visit, "bulk_new", context, status=409)
    act = _act(query)
    if act is None:
        return show(visit, "bulk_new", _acts(visit, query, wanted))
    visit.require(bulk_permission(act))
    answers = visit.request.POST.dict()
    if visit.request.method == "POST":
        try:
            parameters = parameters_of(act, answers)
            chosen = _chosen(visit, wanted)
            bulk = preview_bulk(
                act=act,
                entitlement_ids=chosen.entitlement_ids,
                parameters=parameters,
                selection=chosen.selection,
                by=visit.operator,
                at=timezone.now(),
            )
        except FieldWrong as wrong:
            errors[wrong.field] = str(wrong)
        except CounterfoilError as refusal:
            errors["form"] = str(refusal)
        else:
            return redirect("counterfoil:console-bulk", bulk.pk)
    context = _acts(visit, query, wanted) | {
        "act": act.value,
        "label": LABELS[act],
        "summary": SUMMARIES[act],
        "fields": [
            one.shown(answers.get(one.name, ""), errors.get(one.name, ""))
            for one in (*fields_of(act), *(() if wanted else _list_fields()))
        ],
        "errors": errors,
    }
    return show(visit, "bulk_new", context, status=409 if errors else 200)


def _act(query: QueryDict) -> Act | None:
    asked = query.get("act", "")
    return Act(asked) if asked in {one.value for one in BULK} else None


def _acts(visit: Visit, query: QueryDict, wanted: UnitFilter | None) -> dict[str, Any]:
    """Give the acts somebody may do to many, and what they are to be done to."""
    page, kept = reverse("counterfoil:console-bulk-new"), query.copy()
    rows = []
    for act in BULK:
        kept["act"] = act.value
        if visit.may(bulk_permission(act)):
            label, told = LABELS[act], SUMMARIES[act]
            rows.append({"label": label, "summary": told, "url": f"{page}?{kept.urlencode()}"})
    kept.pop("act")
    context: dict[str, Any] = {"section": "bulk", "acts": rows, "limit": conf.BULK_LIMIT}
    context["most"] = conf.BULK_MAX_ROWS
    context["other_url"] = f"{page}?{kept.urlencode()}"
    if wanted is not None:
        count = len(chosen_by_filter(wanted).entitlement_ids)
        context |= {
            "filter": wanted.words(),
            "count": min(count, conf.BULK_MAX_ROWS),
            "is_too_many": count > conf.BULK_MAX_ROWS,
        }
    return context


def _chosen(visit: Visit, wanted: UnitFilter | None) -> Chosen:
    if wanted is not None:
        return chosen_by_filter(wanted)
    sent = visit.request.FILES.get("file")
    text = visit.request.POST.get("list", "")[:PASTED]
    return chosen_by_list(text, sent if isinstance(sent, UploadedFile) else None)


def _list_fields() -> tuple[Field, ...]:
    return (
        Field(
            name="list",
            label=_("Which ones"),
            type="textarea",
            required=False,
            hint=_(
                "One in each line: a handle (ent_…), an order number, the name of a batch, alone"
                " or with numbers (“spring-fair 17-40”), or a code. Codes are looked up and not"
                " kept."
            ),
        ),
        Field(
            name="file",
            label=_("Or a file"),
            type="file",
            required=False,
            hint=_("Text or CSV, up to 10 MB; the results of another act, for instance."),
        ),
    )
