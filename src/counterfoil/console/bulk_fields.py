"""What acting on many asks: which entitlements, and what the act takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from counterfoil.conf import conf
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.models import HoldKind, Partner
from counterfoil.queries.bulk_lists import read_list
from counterfoil.queries.filtering import UnitFilter
from counterfoil.rules.acts import Act
from counterfoil.rules.remarks import masked_ticket

FILE_BYTES = 10_000_000
PASTED = 1_000_000
MOST_MISSING = 200  # lines that are named; more are only counted
HOLDS = (HoldKind.FRAUD, HoldKind.COMPLIANCE, HoldKind.OTHER)
BESIDE = ("act", "from")  # what may stand in an address beside the filter


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """Which entitlements, and how that is told of."""

    entitlement_ids: frozenset[UUID]
    selection: Mapping[str, Any]


def filter_of(query: QueryDict) -> UnitFilter | None:
    """
    Give the filter that stands in an address, if there is one.

    :raises FilterWrong: if it cannot be used.
    """
    names = {name for name in query if name not in BESIDE}
    return UnitFilter.from_query(query, beside=BESIDE) if names else None


def chosen_by_filter(wanted: UnitFilter) -> Chosen:
    """Give what a filter finds now: at most one more than an act takes."""
    found = wanted.rows(now=timezone.now()).order_by("pk").values_list("pk", flat=True)
    ids = frozenset(found[: conf.BULK_MAX_ROWS + 1])
    return Chosen(
        entitlement_ids=ids,
        selection={"kind": "filter", "query": wanted.to_query(), "count": len(ids)},
    )


def chosen_by_list(text: str, sent: "UploadedFile[Any] | None") -> Chosen:
    """
    Give what the lines of a list name, pasted or uploaded.

    :raises FieldWrong: if there is none, or a file that is no text.
    """
    if sent is not None:
        text = _read(sent)
    if not text.strip():
        raise FieldWrong("list", _("Paste a list, or choose a file."))
    listed = read_list(text)
    if not listed.entitlement_ids:
        raise FieldWrong("list", _("No line of it names an entitlement."))
    return Chosen(
        entitlement_ids=listed.entitlement_ids,
        selection={
            "kind": "list",
            "lines": listed.lines,
            "count": len(listed.entitlement_ids),
            "missing": [list(one) for one in listed.missing[:MOST_MISSING]],
            "missing_count": len(listed.missing),
        },
    )


def _read(sent: "UploadedFile[Any]") -> str:
    content: bytes = sent.read(FILE_BYTES + 1)
    if len(content) > FILE_BYTES:
        raise FieldWrong("file", _("It is larger than %(mb)d MB.") % {"mb": FILE_BYTES // 10**6})
    if content[:4] == b"PK\x03\x04":
        raise FieldWrong("file", _("This is a workbook. Save it as CSV first."))
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return content.decode(encoding, errors="replace")


def fields_of(act: Act) -> tuple[Field, ...]:
    """Ask what an act takes beside the reason."""
    match act:
        case Act.EXTEND:
            return (
                Field(name="until", label=_("Valid until"), type="date", required=False),
                Field(
                    name="days",
                    label=_("Or longer by days"),
                    type="number",
                    required=False,
                    min="1",
                    max="36500",
                    hint=_("Counted from the end each has; where that is over, from today."),
                ),
                Field(name="endless", label=_("Or without end"), type="checkbox", required=False),
            )
        case Act.PLACE_HOLD | Act.LIFT_HOLD:
            placing = _("The case it is about. Left empty, this act gives it a name of its own.")
            lifting = _("Only holds with exactly this reference. Left empty, all of the kind.")
            return (
                Field(
                    name="kind",
                    label=_("Kind"),
                    type="select",
                    options=tuple((kind.value, str(kind.label)) for kind in HOLDS),
                ),
                Field(
                    name="reference",
                    label=_("Reference"),
                    required=False,
                    maxlength=100,
                    hint=placing if act is Act.PLACE_HOLD else lifting,
                ),
            )
        case Act.ALLOT | Act.RETURN_TO_POOL:
            below = Partner.objects.exclude(parent=None).select_related("parent").order_by("name")
            options = tuple((one.slug, f"{one.name} ({one.parent})") for one in below)
            label = _("To which partner") if act is Act.ALLOT else _("From which partner")
            hint = _("Partners that stand below another, which is named behind them.")
            return (Field(name="partner", label=label, type="select", options=options, hint=hint),)
        case _:
            return ()


def parameters_of(act: Act, answers: Mapping[str, str]) -> dict[str, Any]:
    """
    Read what an act takes.

    :raises FieldWrong: if an answer is missing or cannot be used.
    """
    match act:
        case Act.EXTEND:
            return _end(answers)
        case Act.PLACE_HOLD | Act.LIFT_HOLD:
            kind = answers.get("kind", "")
            if kind not in {one.value for one in HOLDS}:
                raise FieldWrong("kind", _("Choose one of these."))
            return {"kind": kind, "reference": masked_ticket(answers.get("reference", ""))}
        case Act.ALLOT | Act.RETURN_TO_POOL:
            slug = answers.get("partner", "")
            if not Partner.objects.filter(slug=slug).exclude(parent=None).exists():
                raise FieldWrong("partner", _("Choose one of these."))
            return {"partner": slug}
        case _:
            return {}


def _end(answers: Mapping[str, str]) -> dict[str, Any]:
    until, days = answers.get("until", "").strip(), answers.get("days", "").strip()
    given = [bool(until), bool(days), bool(answers.get("endless"))]
    if given.count(True) != 1:
        raise FieldWrong("until", _("Give a day, a number of days, or neither and no end."))
    if days:
        number = int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0
        if not 1 <= number <= 36_500:
            raise FieldWrong("days", _("From 1 to %(most)d.") % {"most": 36_500})
        return {"days": number}
    if not until:
        return {"until": None}
    try:
        day = parse_date(until)
    except ValueError:
        day = None
    if day is None or day.year > 2999:
        raise FieldWrong("until", _("This is not a date."))
    end = timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
    return {"until": end.isoformat()}
