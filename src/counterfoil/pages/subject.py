"""Saying who or what an assigned entitlement is for."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from counterfoil.errors import NotFound, SubjectInvalid
from counterfoil.models import Assignment
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.pages.my_purchases import to_sign_in
from counterfoil.queries.holdings import assignment_of
from counterfoil.rules.terms import SubjectField, Terms

FORM_INVALID = 422


@hosted()
def subject(request: PageRequest, assignment_id: UUID) -> HttpResponse:
    """Ask what the terms want to know of the subject, and keep the answers."""
    account = request.visitor.account
    if account is None:
        return to_sign_in(reverse("counterfoil:subject", args=[assignment_id]))
    assignment = assignment_of(assignment_id, account)
    if assignment is None or assignment.ended_at is not None:
        raise NotFound
    if assignment.subject is not None and request.method != "POST":
        return redirect("counterfoil:claimed", assignment.pk)
    if request.method != "POST":
        return show(request, "subject", _form(assignment, None))
    try:
        complete_subject(
            entitlement_id=assignment.entitlement_id,
            answers=request.POST.dict(),
            by=request.visitor.actor,
            at=timezone.now(),
        )
    except SubjectInvalid:
        form = _form(assignment, request.POST)
        return show(request, "subject", form | {"invalid": True}, status=FORM_INVALID)
    return redirect("counterfoil:claimed", assignment.pk)


def _form(assignment: Assignment, given: Mapping[str, Any] | None) -> dict[str, Any]:
    terms = assignment.entitlement.terms.terms
    return {
        "assignment_id": assignment.pk,
        "product": assignment.entitlement.product.name,
        "fields": [_field(field, terms, given) for field in terms.subject_fields],
    }


def _field(field: SubjectField, terms: Terms, given: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label,
        "type": "select" if field.choices else "text",
        "required": field.required,
        "options": [(choice, choice) for choice in field.choices],
        "maxlength": field.max_length,
        "value": given.get(field.name, "") if given else "",
        "error": "" if given is None else _error(field, terms, given),
        "autocomplete": "off",
    }


def _error(field: SubjectField, terms: Terms, given: Mapping[str, Any]) -> str:
    """Tell what is wrong with one answer, so that all that is wrong is told at once."""
    try:
        replace(terms, subject_fields=(field,)).subject_data(given)
    except SubjectInvalid as refusal:
        return refusal.detail
    return ""
