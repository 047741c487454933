"""What the page of an act shows: read in one go, so that all it says is of one moment."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language

from counterfoil.console.act_page import About
from counterfoil.console.acts import BUTTONS, REASONS, page_of
from counterfoil.console.finding import trace_url
from counterfoil.console.fitting import why_not
from counterfoil.console.standing import since
from counterfoil.models import Entitlement
from counterfoil.models.subject_kinds import kind_for
from counterfoil.models.undoing import cut_off
from counterfoil.queries import words
from counterfoil.queries.held import subject_of
from counterfoil.queries.reveals import reveals_of
from counterfoil.queries.trace import trace_unit
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor


def read_about(entitlement_id: UUID, *, by: Actor, step: str = "") -> About:
    """
    Read what an act is about.

    :raises NotFound: if there is no such entitlement.
    """
    now = timezone.now()
    told = trace_unit(entitlement_id=entitlement_id, now=now)
    unit = next(unit for unit in told.units if unit.id == entitlement_id)
    entitlement = Entitlement.objects.select_related("terms").get(pk=entitlement_id)
    terms = entitlement.terms.terms
    return About(
        unit=unit,
        trace=told,
        buyer=told.purchase.buyer if told.purchase else "",
        subject=subject_of(entitlement_id),
        cut_off=terms.cutoff if cut_off([entitlement]) else "",
        questions=kind_for(terms).asked(get_language() or ""),
        revealed=reveals_of(by, now=now),
        step=step,
    )


def act_context(
    act: Act,
    about: About,
    answers: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    seen: int | None,
) -> dict[str, Any]:
    """Give what ``act.html`` takes; ``seen`` is the version that whoever posted had before them."""
    unit, page, reason = about.unit, page_of(act, about), answers.get("reason", "")
    is_posted = seen is not None
    forbids = why_not(act, unit)
    moved = since(about.trace, unit.id, seen) if seen is not None and seen >= 0 else []
    return {
        "title": page.title,
        "item": {
            "handle": unit.handle,
            "product": unit.product,
            "state": unit.state.value,
            "flags": unit.flags,
            "last_four": unit.last_four,
            "holder": unit.holder,
        },
        "reference": about.reference,
        "trace_url": trace_url(unit.handle),
        "forbids": forbids,
        "since": [one._asdict() for one in moved],
        "effects": page.effects,
        "warning": page.warning,
        "reading": asdict(page.reading) if page.reading else None,
        "hidden": page.hidden,
        "others": page.others,
        "others_title": page.others_title,
        "reasons": [
            (code, words.worded(words.REASONS, code).capitalize()) for code in REASONS.get(act, ())
        ],
        "reason": reason,
        "comment": answers.get("comment", ""),
        "ticket": answers.get("ticket", ""),
        "has_comment": act in REASONS,
        "has_ticket": act in REASONS,
        "comment_required": reason == "other",
        "fields": [
            one.shown(answers.get(one.name, "") if is_posted else None, errors.get(one.name, ""))
            for one in page.fields
        ],
        "errors": {} if errors.get("form") == forbids and forbids else errors,
        "version": unit.version,
        "submit_label": BUTTONS[act],
        "tone": "bad" if act is Act.REVOKE else "",
    }
