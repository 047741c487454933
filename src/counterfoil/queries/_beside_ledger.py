"""What staff did that changes no entitlement: notes, requests, decisions, cases, settings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import F, Q, QuerySet

from counterfoil.errors import NotFound
from counterfoil.models import Approval, AuditEntry, ExceptionCase, Note
from counterfoil.models.ids import handle_of, id_of, uuid_of
from counterfoil.queries._ledger_lines import Cut, Line
from counterfoil.queries.staff_names import names_of
from counterfoil.rules.people import ActorKind

ASK, ANNOTATE, RESOLVE = "request_approval", "annotate", "resolve_exception"
DECIDED = {"approved": "approve", "rejected": "reject"}
ACTS = (ASK, ANNOTATE, RESOLVE, *DECIDED.values())
Span = tuple[datetime | None, datetime | None]


class Wanted(Protocol):
    """What is asked for, as the ledger takes it."""

    @property
    def who(self) -> str: ...
    @property
    def hand(self) -> str: ...
    @property
    def act(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def case(self) -> str: ...


def beside(asked: Wanted, span: Span, before: Cut | None, *, most: int) -> list[Line]:
    """Give the newest of it, as many as there may be of each kind."""
    if asked.reason:  # only the ledger has reasons by code
        return []
    lines = [
        *_audited(asked, span, before, most),
        *_notes(asked, span, before, most),
        *_asked(asked, span, before, most),
        *_decided(asked, span, before, most),
        *_resolved(asked, span, before, most),
    ]
    return [line for line in lines if before is None or line.cut < before]


def _between(rows: QuerySet[Any], name: str, span: Span, before: Cut | None) -> QuerySet[Any]:
    since, until = span
    bounds: Mapping[str, Any] = {
        f"{name}__gte": since,
        f"{name}__lt": until,
        f"{name}__lte": before.at if before else None,
    }
    rows = rows.filter(**{bound: value for bound, value in bounds.items() if value})
    return rows.order_by(f"-{name}", "-pk")


def _is_for(asked: Wanted, *acts: str) -> bool:
    """Tell whether such lines of staff's can be among what is asked for."""
    return asked.hand in ("", ActorKind.OPERATOR) and asked.act in ("", *acts)


def _audited(asked: Wanted, span: Span, before: Cut | None, most: int) -> list[Line]:
    rows = AuditEntry.objects.select_related("connection")
    wanted: Mapping[str, Any] = {
        "actor_id": asked.who,
        "actor_kind": asked.hand,
        "act": asked.act,
        "subject": asked.about,
        "data__case": asked.case,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return [
        Line(
            at=one.at,
            key=str(one.pk),
            act=one.act,
            who_id=one.actor_id,
            who=one.actor_display or one.actor_id,
            hand=one.actor_kind,
            comment=str(one.data.get("comment", "")),
            reason=str(one.data.get("reason", "")),
            case=str(one.data.get("case", "")),
            subject=one.subject,
            page="connection" if one.connection else "audit",
            page_id=one.connection.slug if one.connection else str(one.pk),
        )
        for one in _between(rows, "at", span, before)[:most]
    ]


def _notes(asked: Wanted, span: Span, before: Cut | None, most: int) -> list[Line]:
    if not _is_for(asked, ANNOTATE):
        return []
    rows = Note.objects.all()
    if asked.who:
        rows = rows.filter(author_id=asked.who)
    if asked.case:
        rows = rows.filter(reference=asked.case)
    if asked.about:
        purchase = uuid_of(asked.about)
        about = Q(purchase=purchase) if purchase else Q(entitlement=_unit(asked.about))
        rows = rows.filter(about)
    return [
        Line(
            at=one.at,
            key=str(one.pk),
            act=ANNOTATE,
            who_id=one.author_id,
            who=one.author_display or one.author_id,
            hand=ActorKind.OPERATOR,
            comment=one.text,
            case=one.reference,
            where=_place(one),
            page="exception" if one.case_id else "",
            page_id=str(one.case_id or ""),
        )
        for one in _between(rows, "at", span, before)[:most]
    ]


def _asked(asked: Wanted, span: Span, before: Cut | None, most: int) -> list[Line]:
    if not _is_for(asked, ASK) or asked.about or asked.case:
        return []
    rows = Approval.objects.all()
    if asked.hand:
        rows = rows.filter(requested_kind=asked.hand)
    if asked.who:
        rows = rows.filter(requested_by=asked.who)
    return [
        Line(
            at=one.requested_at,
            key=f"a{one.pk}",
            act=ASK,
            who_id=one.requested_by,
            who=one.requested_for or one.requested_by,
            hand=one.requested_kind,
            subject=one.kind.replace("_", " "),
            page="approval",
            page_id=str(one.pk),
        )
        for one in _between(rows, "requested_at", span, before)[:most]
    ]


def _decided(asked: Wanted, span: Span, before: Cut | None, most: int) -> list[Line]:
    if not _is_for(asked, *DECIDED.values()) or asked.about or asked.case:
        return []
    rows = Approval.objects.exclude(decision="").exclude(decided_by=F("requested_by"))
    if asked.who:
        rows = rows.filter(decided_by=asked.who)
    if asked.act:
        rows = rows.filter(decision__in=[how for how, act in DECIDED.items() if act == asked.act])
    return [
        Line(
            at=one.decided_at,
            key=f"d{one.pk}",
            act=DECIDED[one.decision],
            who_id=one.decided_by,
            who=one.decided_for or one.decided_by,
            hand=ActorKind.OPERATOR,
            comment=one.comment,
            subject=one.kind.replace("_", " "),
            page="approval",
            page_id=str(one.pk),
        )
        for one in _between(rows, "decided_at", span, before)[:most]
        if one.decided_at is not None
    ]


def _resolved(asked: Wanted, span: Span, before: Cut | None, most: int) -> list[Line]:
    if not _is_for(asked, RESOLVE) or asked.case:
        return []
    # Those that staff settled from the case are told of by what was kept then, with who it was.
    rows = ExceptionCase.objects.filter(resolved_at__isnull=False, resolution="")
    rows = rows.exclude(resolved_by="")
    rows = rows.exclude(resolved_by__in=("Counterfoil", "system"))
    if asked.who:  # cases keep the name of whoever closed them
        rows = rows.filter(resolved_by__in=[asked.who, names_of([asked.who])[asked.who]])
    if asked.about:
        purchase = uuid_of(asked.about)
        rows = rows.filter(Q(purchase=purchase) if purchase else Q(entitlement=_unit(asked.about)))
    return [
        Line(
            at=one.resolved_at,
            key=f"x{one.pk}",
            act=RESOLVE,
            who_id=asked.who,
            who=one.resolved_by,
            hand=ActorKind.OPERATOR,
            comment=one.outcome,
            subject=one.kind.replace("_", " "),
            where=_place(one),
            page="exception",
            page_id=str(one.pk),
        )
        for one in _between(rows, "resolved_at", span, before)[:most]
        if one.resolved_at is not None
    ]


def _place(one: Note | ExceptionCase) -> str:
    if one.entitlement_id:
        return handle_of(one.entitlement_id)
    return str(one.purchase_id or "")


def _unit(handle: str) -> UUID | None:
    try:
        return id_of(handle)
    except NotFound:
        return None
