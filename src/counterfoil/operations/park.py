"""Put something that needs a person where a person sees it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from counterfoil.models import Entitlement, ExceptionCase, Message, Purchase
from counterfoil.operations._case_news import tell_opened
from counterfoil.rules.exceptions import kind_named
from counterfoil.rules.people import Actor


@transaction.atomic
def park(
    *,
    kind: str,
    key: str,
    evidence: Mapping[str, Any],
    by: Actor,
    at: datetime,
    purchase: Purchase | None = None,
    entitlement: Entitlement | None = None,
    message: Message | None = None,
) -> ExceptionCase:
    """
    Open an exception, or give the open one that is about the same thing.

    ``key`` says what it is about. What is found again brings its newest evidence with it, and
    stays due when it was, with whoever has taken it on.
    """
    case = ExceptionCase(
        kind=str(kind),
        key=key[:200],
        purchase=purchase,
        entitlement=entitlement,
        message=message,
        evidence={**evidence, "found_by": by.display or by.id},
        opened_at=at,
        due_at=at + kind_named(kind).due,
    )
    opened = None
    while opened is None:  # the open one may be closed just before it is locked
        ExceptionCase.objects.bulk_create([case], ignore_conflicts=True)
        about = ExceptionCase.objects.filter(kind=str(kind), key=key[:200], resolved_at=None)
        opened = about.select_for_update().first()
    if opened.pk == case.pk:
        tell_opened(case, at=at)
    elif opened.evidence != case.evidence:
        opened.evidence = case.evidence
        opened.save(update_fields=["evidence"])
    return opened
