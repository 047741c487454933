"""A partner wants to hand out more than it was allotted."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from django.db import connection
from django.utils.translation import gettext as _

from counterfoil.models import Approval, ExceptionCase, Handout, HandoutStatus
from counterfoil.models.handouts import FREE_TO_HAND_OUT
from counterfoil.operations.request_allotment import request_allotment
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Found, Lead, Playbook, Suggestion
from counterfoil.rules.exceptions import CaseKind
from counterfoil.rules.handouts import BAD
from counterfoil.rules.permissions import Permission

NAME = "allotment_exceeded"
LOOKED_BACK = timedelta(days=14)  # a list nobody confirms in this time is forgotten

FREE = f"SELECT count(*) FROM counterfoil_entitlement e WHERE {FREE_TO_HAND_OUT}"  # noqa: S608


def find(now: datetime) -> Iterable[Found]:
    """Look at the lists that wait to be confirmed, and count what is free for each."""
    waiting = Handout.objects.filter(
        status=HandoutStatus.JUDGED, created_at__gte=now - LOOKED_BACK, reservation=None
    )
    for handout in waiting.select_related("partner", "product").order_by("-pk")[:200]:
        asked, free = _asked(handout), _free(handout)
        if asked > free:
            yield Found(
                key=str(handout.pk),
                evidence={
                    "partner": handout.partner.slug,
                    "name": handout.partner.name,
                    "sku": handout.product.sku,
                    "recipients": asked,
                    "free": free,
                    "missing": asked - free,
                },
                last=handout.created_at,
            )


def gone(case: ExceptionCase, _now: datetime) -> str:
    """Close it once there is enough, or the list is wanted no more."""
    handout = _handout(case)
    if handout is None or handout.status == HandoutStatus.DISCARDED:
        return "The partner threw the list away."
    if handout.status != HandoutStatus.JUDGED:
        return "The partner confirmed the list."
    return "There is enough for the list now." if _free(handout) >= _asked(handout) else ""


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell who wants how many of what, and how many there are."""
    found = case.evidence
    yield from parts.told(_("Partner"), found.get("name"))
    yield from parts.told(_("Product"), found.get("sku"))
    yield from parts.told(_("Recipients on the list"), found.get("recipients"))
    yield Fact(label=_("Free to hand out"), text=str(found.get("free", 0)))
    yield from parts.told(_("Missing"), found.get("missing"))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Allot what is missing, or say that the partner has to do with what it has."""
    handout = _handout(case)
    if handout is None:
        return
    missing = _asked(handout) - _free(handout)
    if missing > 0 and not handout.partner.suspension:
        yield Suggestion(
            name="allot",
            label=_("Allot what is missing"),
            will=(
                _("%(partner)s is given %(n)d more of %(product)s, without a sale.")
                % {
                    "partner": handout.partner.name,
                    "n": missing,
                    "product": handout.product.name,
                },
                _("Above what one person may give, it waits for a second person."),
                _("This case closes by itself once they are there; the partner then confirms."),
            ),
            permission=Permission.ALLOT,
            do=partial(_allot, case.pk, handout, missing),
        )
    yield Lead(
        label=_("Open the partner"),
        says=_("What it has, what it handed out, and who acts for it."),
        page="console-partner",
        arguments=(handout.partner.slug,),
    )
    yield parts.leave(
        name="refused",
        label=_("They have to do with what they have"),
        will=(
            _("The list cannot be confirmed as it is. Tell the partner."),
            _("Nobody is asked again about this list."),
        ),
        outcome="The partner has to do with what it has.",
        permission=Permission.RESOLVE_EXCEPTION,
    )


def _allot(case_id: UUID, handout: Handout, missing: int, doing: Doing) -> str:
    given = request_allotment(
        request_id=uuid5(case_id, f"{missing}"),
        partner_id=handout.partner_id,
        product_id=handout.product_id,
        quantity=missing,
        reference=doing.by.case or f"list {handout.pk}",
        reason=doing.comment or "The partner's list needs more than it had.",
        label=handout.allotment.label if handout.allotment else "",
        allotment_id=handout.allotment_id,
        by=doing.by,
        at=doing.at,
    )
    if isinstance(given, Approval):
        return _("That is more than one person gives alone. It waits for a second person.")
    return _("It is allotted. The partner can confirm the list as soon as they are issued.")


def _handout(case: ExceptionCase) -> Handout | None:
    found = Handout.objects.select_related("partner", "product", "allotment")
    return found.filter(pk=parts.id_in(case.key)).first()


def _asked(handout: Handout) -> int:
    return handout.rows.exclude(fault__in=list(BAD)).count()


def _free(handout: Handout) -> int:
    with connection.cursor() as cursor:
        cursor.execute(FREE, handout.pool())
        [count] = cursor.fetchone()
    return int(count)


def brief(evidence: Mapping[str, Any]) -> str:
    """Say who lacks how many."""
    said = _("%(partner)s: %(n)s recipients, %(free)s free of %(sku)s.")
    return said % {
        "partner": evidence.get("name"),
        "n": evidence.get("recipients"),
        "free": evidence.get("free"),
        "sku": evidence.get("sku"),
    }


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=NAME,
        title="Partner over its allotment",
        summary="A partner uploaded a list with more recipients than it has entitlements left, and"
        " waits. Nothing was handed out.",
        due=timedelta(days=1),
    ),
    arises="A partner's list of recipients that was not confirmed yet has more good rows than the"
    " partner has free of the product.",
    facts=facts,
    suggests=suggests,
    brief=brief,
    find=find,
    gone=gone,
)
