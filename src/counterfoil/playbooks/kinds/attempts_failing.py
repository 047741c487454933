"""The same customer is refused again and again."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from counterfoil.models import Account, Entitlement, ExceptionCase
from counterfoil.models.ids import uuid_of
from counterfoil.operations.extend import extend
from counterfoil.operations.resend_code import resend_code
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Found, Lead, Playbook, Suggestion
from counterfoil.queries import words
from counterfoil.queries._hits import masked
from counterfoil.rules.acts import Act
from counterfoil.rules.exceptions import CaseKind
from counterfoil.rules.people import mask_mail
from counterfoil.rules.permissions import Permission

NAME = "attempts_failing"
MOST = 5  # refusals within a day
WITHIN = timedelta(hours=24)
MORE_TIME = timedelta(days=30)

# By the account, or where nobody is signed in by what the code belongs to.
FAILING = """
SELECT coalesce('account:' || a.account_id::text,
                'entitlement:' || a.entitlement_id::text) AS about,
       count(*), max(a.at), count(DISTINCT a.entitlement_id),
       array_agg(a.outcome ORDER BY a.id DESC),
       (array_agg(a.entitlement_id ORDER BY a.id DESC)
            FILTER (WHERE a.entitlement_id IS NOT NULL))[1]
  FROM counterfoil_attempt a
 WHERE a.id >= %(first)s AND a.outcome <> 'ok' AND a.outcome <> 'sign_in_refused'
   AND (a.account_id IS NOT NULL OR a.entitlement_id IS NOT NULL)
   AND a.api_key_id IS NULL
 GROUP BY 1 HAVING count(*) >= %(most)s
 ORDER BY max(a.at) DESC LIMIT 500"""


def find(now: datetime) -> Iterable[Found]:
    """Look through a day of refusals; what a machine presents by the API is not counted."""
    first = UUID(int=int((now - WITHIN).timestamp() * 1000) << 80)
    with connection.cursor() as cursor:
        cursor.execute(FAILING, {"first": first, "most": MOST})
        rows = cursor.fetchall()
    units = Entitlement.objects.select_related("purchase").in_bulk([row[5] for row in rows])
    for about, count, last, codes, outcomes, unit_id in rows:
        unit = units.get(unit_id)
        kind, _colon, named = about.partition(":")
        yield Found(
            key=about,
            evidence={
                "account": named if kind == "account" else "",
                "count": count,
                "codes": codes,
                "reasons": _counted(outcomes),
                "last": last.isoformat(timespec="seconds"),
            },
            last=last,
            purchase=unit.purchase if unit else None,
            entitlement=unit,
        )


def gone(case: ExceptionCase, _now: datetime) -> str:
    """Close it once the customer has what they tried to get."""
    unit = case.entitlement
    if unit is None or not parts.is_used(unit):
        return ""
    account = uuid_of(str(case.evidence.get("account") or ""))
    last = parse_datetime(str(case.evidence.get("last") or "")) or case.opened_at
    held = unit.assignments.filter(ended_at=None, started_at__gte=last)
    if account is not None:
        held = held.filter(account=account)
    return "It worked in the end." if held.exists() else ""


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell who it is, what they tried, and what they were refused for."""
    account = _account(case)
    if account is not None:
        yield from parts.told(_("Customer"), _masked(account))
    yield from parts.told(_("Refused in 24 hours"), case.evidence.get("count"))
    reasons = case.evidence.get("reasons")
    for outcome, count in reasons.items() if isinstance(reasons, dict) else ():
        yield Fact(label=_("Why"), text=f"{words.worded(words.REFUSALS, outcome)} ({count})")
    yield from parts.told(_("Different codes"), case.evidence.get("codes"))
    yield from parts.of_order(case)
    if case.entitlement is not None:
        yield from parts.of_units([case.entitlement])


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Send the valid code, give more time, or say what stands against it."""
    unit = case.entitlement
    if unit is not None:
        yield from _about(unit)
    account = _account(case)
    if account is not None and account.person_id is not None:
        yield Lead(
            label=_("Open the customer"),
            says=_("What they have, what they bought, and how they can be reached."),
            page="console-person",
            arguments=(account.person_id,),
        )
    yield from parts.to_trace(case, says=_("Each attempt, and what they were shown."))
    yield parts.leave(
        name="helped",
        label=_("They were helped"),
        will=(
            _("Say in the comment what you told them."),
            _("If they are refused again, a new case is opened."),
        ),
        outcome="They were helped.",
        permission=Permission.RESEND_CODE,
    )


def _about(unit: Entitlement) -> Iterable[Suggestion | Lead]:
    is_free = unit.state in {"issued", "reserved"}
    is_over = unit.expires_at is not None and unit.expires_at <= timezone.now()
    if unit.held_count:
        yield parts.act_on(
            unit,
            Act.LIFT_HOLD,
            label=_("Lift the hold"),
            says=_("It is on hold, and that is why. Lift it only if its reason is gone."),
        )
    elif is_over and is_free:
        yield _more_time(unit)
    elif is_free and unit.purchase is not None and unit.purchase.buyer is not None:
        yield Suggestion(
            name="resend",
            label=_("Send the valid code again"),
            will=(
                _("A mail with the code that is valid now goes to %(who)s.")
                % {"who": masked(unit.purchase.buyer)},
                _("Links that were sent before for this code go on working."),
            ),
            permission=Permission.RESEND_CODE,
            do=partial(_resend, unit.pk),
            outcome="The valid code was sent again.",
        )


def _more_time(unit: Entitlement) -> Suggestion:
    day = timezone.localdate() + MORE_TIME
    until = timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
    return Suggestion(
        name="extend",
        label=_("Give them thirty days more"),
        will=(
            _("It can be redeemed again, until the end of %(day)s.") % {"day": words.day(until)},
            _("The customer is not told by that: say so, or send the code again."),
        ),
        permission=Permission.EXTEND,
        do=partial(_extend, unit.pk, until),
        outcome=f"It is valid until {words.day(until)}.",
    )


def _resend(unit: UUID, doing: Doing) -> str:
    resend_code(entitlement_id=unit, **doing.why("customer_asked"))
    return _("The valid code is on its way.")


def _extend(unit: UUID, until: datetime, doing: Doing) -> str:
    extend(entitlement_id=unit, until=until, **doing.why("goodwill"))
    return _("It can be redeemed again.")


def _account(case: ExceptionCase) -> Account | None:
    account = uuid_of(str(case.evidence.get("account") or ""))
    return Account.objects.select_related("person").filter(pk=account).first() if account else None


def _masked(account: Account) -> str:
    mail = getattr(account.user, "email", "") if account.user_id else ""
    return masked(account.person) or (mask_mail(mail) if mail else "")


def _counted(outcomes: Iterable[str]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for outcome in outcomes:
        counted[outcome] = counted.get(outcome, 0) + 1
    return counted


def brief(evidence: Mapping[str, Any]) -> str:
    """Say how often, and why mostly."""
    reasons = evidence.get("reasons")
    most = max(reasons, key=lambda one: reasons[one]) if reasons else ""
    why = words.worded(words.REFUSALS, most)
    return _("%(n)s refusals in a day, mostly: %(why)s") % {"n": evidence.get("count"), "why": why}


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=NAME,
        title="Customer refused again and again",
        summary="The same customer presented codes and was refused five times or more within a"
        " day. They may be about to give up.",
        due=timedelta(hours=8),
    ),
    arises="Five refusals within 24 hours for one account, or of one code where nobody is signed"
    " in. What the API presents is not counted.",
    facts=facts,
    suggests=suggests,
    brief=brief,
    find=find,
    gone=gone,
)
