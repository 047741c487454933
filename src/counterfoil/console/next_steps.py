"""What can be done next from a trace, and who may: each step is one click away."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.console.acts import BUTTONS
from counterfoil.console.doors import Visit
from counterfoil.console.saying import MOST, WARN, About, Said
from counterfoil.console.shapes import acts_on
from counterfoil.queries.traced import TracedUnit
from counterfoil.rules.acts import Act
from counterfoil.rules.exceptions import kind_named
from counterfoil.rules.lifecycle import HOLDER_STATES, State
from counterfoil.rules.permissions import ROLES, permission_for

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, and why, in a sentence."""

    act: Act
    why: Words


def suggested(visit: Visit, about: About) -> Iterator[Said]:
    """Say what helps as it stands: open cases first, then what each entitlement needs."""
    said = False
    for case in about.told.exceptions:
        if case.resolved_at is None:
            said = True
            where = reverse("counterfoil:console-exception", args=[case.id])
            label = kind_named(case.kind).title
            text = _("A case waits for a person: %(what)s.") % {"what": label}
            yield Said(text=text, tone=WARN, url=where, label=_("Open the case"))
    for unit in _worth_saying(about):
        for step in steps_for(unit, bounced=_bounced(about, unit)):
            sentence = _said(visit, about, unit, step)
            if sentence is not None:
                said = True
                yield sentence
    if not about.is_one and about.units:
        said = True
        text = _("Each entitlement below has its own buttons.")
        yield Said(text=text, url=f"#{about.units[0].handle}", label=_("The first"))
    if not said:
        yield Said(text=_("Nothing has to be done."))


def _worth_saying(about: About) -> list[TracedUnit]:
    """Give the one that is meant, or of many those with which something is wrong."""
    if about.is_one:
        return list(about.units)
    wrong = [one for one in about.units if _bounced(about, one) or _is_stuck(one) or one.flags]
    return wrong[:MOST]


def _bounced(about: About, unit: TracedUnit) -> bool:
    """Tell whether the newest mail about it, or about all of them, came back."""
    mails = [one for one in about.told.deliveries if one.handle in ("", unit.handle)]
    newest = max(mails, key=lambda one: one.created_at, default=None)
    return newest is not None and newest.status in {"bounced", "parked"}


def _is_stuck(unit: TracedUnit) -> bool:
    return unit.provisioning is not None and unit.provisioning.parked_at is not None


def steps_for(unit: TracedUnit, *, bounced: bool) -> Iterator[Step]:
    """Give what helps with one entitlement, and answers whether it can be issued anew."""
    if unit.held_count:
        yield Step(Act.LIFT_HOLD, gettext_lazy("Nothing can be done with it before its hold ends."))
    elif unit.state is State.REVOKED:
        yield Step(Act.REINSTATE, gettext_lazy("It can be made valid again."))
    elif unit.state in HOLDER_STATES:
        yield from _of_holder(unit)
    elif "expired" in unit.flags:
        yield Step(Act.EXTEND, gettext_lazy("With a later end date it can be used again."))
    elif unit.state is State.RESERVED:
        yield Step(Act.RELEASE, gettext_lazy("It can be let go of, or given to somebody else."))
    elif unit.state is State.ISSUED:
        if bounced:
            address = gettext_lazy("The mail did not arrive. Ask for the right address.")
            open_gift = unit.gift is not None and unit.gift.is_open
            yield Step(Act.CORRECT_RECIPIENT if open_gift else Act.RESEND_CODE, address)
        else:
            yield Step(Act.RESEND_CODE, gettext_lazy("The mail did not arrive? Send it again."))
        lost = gettext_lazy("It can be issued anew: for a lost code, or one that others saw.")
        yield Step(Act.REPLACE_CODE, lost)


def _of_holder(unit: TracedUnit) -> Iterator[Step]:
    if _is_stuck(unit):
        yield Step(Act.RETRY_PROVISIONING, gettext_lazy("The host did not take it. Try again."))
    if unit.needs_subject and not unit.subject:
        yield Step(Act.COMPLETE_SUBJECT, gettext_lazy("It waits to be told whom it is for."))
    elif any(step.standing == "open" and step.required for step in unit.steps):
        yield Step(Act.COMPLETE_STEP, gettext_lazy("A step is left before it can be used."))
    yield Step(
        Act.TRANSFER, gettext_lazy("In use, so no code can be replaced. It can go to another.")
    )
    yield Step(Act.UNASSIGN, gettext_lazy("Or be taken back: then it gets a new code."))


def _said(visit: Visit, about: About, unit: TracedUnit, step: Step) -> Said | None:
    begin = about.called(unit)
    if step.act in acts_on(visit, unit):
        where = reverse("counterfoil:console-act", args=[unit.handle, step.act.value])
        return Said(text=f"{begin}{step.why}", url=where, label=str(BUTTONS[step.act]))
    if step.act in BUTTONS and not visit.may(permission_for(step.act)):
        needed = permission_for(step.act)
        who = [role for role, given in ROLES.items() if needed in given]
        may = _("“%(what)s” is for %(roles)s.")
        given = {"what": BUTTONS[step.act], "roles": ", ".join(who)}
        return Said(text=f"{begin}{step.why} {may % given}")
    return None
