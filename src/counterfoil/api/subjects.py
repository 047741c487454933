"""What entitlements are for, and the kinds of it there are, for the host's system."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from counterfoil.api.lists import AfterName, Limit, NextName, by_name
from counterfoil.api.preconditions import acting_in_private, describes_tag, tags
from counterfoil.api.schemas import READ, WRITE, Problem, Strict, Text
from counterfoil.api.security import CallerRequest, OwnKeyBearer
from counterfoil.errors import SubjectUnknown
from counterfoil.models import Assignment, Relation, Subject
from counterfoil.models.ids import handle_of, id_of
from counterfoil.models.subject_kinds import kind_for, subject_kinds
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.queries.onboarding import held_now
from counterfoil.rules.scopes import Scope
from counterfoil.rules.subjects import Home, SubjectKind, Uniqueness

router = Router(tags=["Subjects"], auth=OwnKeyBearer(Scope.ASSIGN))

HELD = {**READ, 409: Problem}  # nobody may have it


class KindAnswer(Schema):
    """A kind of subject, as it is declared."""

    name: str = Field(examples=["dog"])
    label: str
    labels: dict[str, str] = Field(description="The label in other languages.")
    fields_schema: dict[str, Any] = Field(description="The JSON schema of its data.")
    unique: Uniqueness
    unique_fields: list[str]
    lives: Home = Field(description="`here`, or in the `host`'s system.")
    relations: list[str]


class KindsAnswer(Schema):
    """A page of the kinds there are, by name."""

    kinds: list[KindAnswer]
    next: NextName


class SubjectRequest(Strict):
    """What an entitlement is for: `data` of a new subject, or one that is known already."""

    data: dict[str, Any] = Field(
        default_factory=dict,
        description="Answers to the fields of its kind; with `external_reference` whatever is to"
        " be kept, such as a `name`.",
        examples=[{"name": "Bella", "sex": "female"}],
    )
    external_reference: Text = Field("", description="Its id in your system, if it lives there.")
    subject: UUID | None = Field(None, description="One that its holder has here already.")
    relation: Relation = Field(Relation.UNSAID, description="For whom: empty if nobody said.")


class SubjectAnswer(Schema):
    """What an entitlement is for."""

    entitlement: str = Field(examples=["ent_01k9z4v7h2m3n4p5q6r7s8t9va"])
    version: int
    subject: UUID
    kind: str
    data: dict[str, Any]
    external_reference: str
    relation: str


def _known_subject(_request: CallerRequest, handle: str, **_given: object) -> SubjectAnswer:
    held = held_now(id_of(handle))
    if held.subject is None:
        raise SubjectUnknown("Nobody has said yet what this is for.")
    return _subject(held, held.subject)


@router.get(
    "/subject-kinds", response={200: KindsAnswer, **READ}, summary="List the kinds of subjects"
)
def kinds(request: CallerRequest, after: AfterName = None, limit: Limit = 50) -> KindsAnswer:
    """Tell what entitlements can be for, and what is asked about each."""
    rows = [_kind(one) for one in subject_kinds().values()]
    found, following = by_name(rows, lambda one: one.name, after=after, limit=limit)
    return KindsAnswer(kinds=list(found), next=following)


@router.get(
    "/entitlements/{handle}/subject",
    response={200: SubjectAnswer, **HELD},
    summary="Read what an entitlement is for",
)
@describes_tag
def read_subject(request: CallerRequest, response: HttpResponse, handle: str) -> SubjectAnswer:
    """Tell what it is for; 404 while nobody has said."""
    return tags(response, _known_subject(request, handle))


@router.put(
    "/entitlements/{handle}/subject",
    response={200: SubjectAnswer, **WRITE},
    summary="Say what an entitlement is for",
)
@acting_in_private(_known_subject)
@transaction.atomic
def write_subject(request: CallerRequest, handle: str, body: SubjectRequest) -> Schema:
    """
    Say for its holder what it is for; judged by the same declaration as the form.

    The same again is the same answer. What is wrong is told field by field, under `errors`.
    """
    held = held_now(id_of(handle))
    if body.subject is None and not body.external_reference:
        kind_for(held.entitlement.terms.terms).refuse_unknown(body.data)
    subject = complete_subject(
        entitlement_id=held.entitlement_id,
        answers=body.data,
        subject_id=body.subject,
        external_reference=body.external_reference,
        relation=body.relation,
        by=request.auth.actor,
        at=timezone.now(),
    )
    held.refresh_from_db()
    return _subject(held, subject)


def _kind(kind: SubjectKind) -> KindAnswer:
    return KindAnswer(
        name=kind.name,
        label=kind.label,
        labels=dict(kind.labels),
        fields_schema=dict(kind.schema),
        unique=kind.unique,
        unique_fields=list(kind.unique_fields),
        lives=kind.lives,
        relations=list(kind.relations),
    )


def _subject(held: Assignment, subject: Subject) -> SubjectAnswer:
    return SubjectAnswer(
        entitlement=handle_of(held.entitlement_id),
        version=held.entitlement.version,
        subject=subject.pk,
        kind=subject.kind,
        data=subject.data,
        external_reference=subject.external_reference,
        relation=held.relation,
    )
