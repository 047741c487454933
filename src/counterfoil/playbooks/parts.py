"""What several playbooks say and suggest."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.intake.resyncing import resync_purchases
from counterfoil.models import Assignment, Entitlement, ExceptionCase, Purchase
from counterfoil.models.ids import uuid_of
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Suggestion
from counterfoil.queries._hits import masked, reference_of
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import HOLDER_STATES, State
from counterfoil.rules.money import exponent
from counterfoil.rules.permissions import Permission, permission_for

SHOWN = 5  # units that are named one by one


def amount(minor: object, currency: object) -> str:
    """Write an amount of money, as the evidence keeps it."""
    if not isinstance(minor, int):
        return ""
    code = str(currency or "")
    places = exponent(code)
    return f"{Decimal(minor).scaleb(-places):.{places}f} {code}".strip()


def told(label: str, value: object, about: str = "") -> Iterable[Fact]:
    """Tell one fact, unless there is nothing to tell."""
    if value not in (None, "", [], {}):
        yield Fact(label=label, text=str(value), about=about)


def of_order(case: ExceptionCase) -> Iterable[Fact]:
    """Tell which order it is about, where it came in, and what was paid for it."""
    purchase = purchase_of(case)
    if purchase is None:
        return
    yield Fact(label=_("Order"), text=reference_of(purchase), about=str(purchase.pk))
    if purchase.connection is not None:
        yield Fact(label=_("Sold at"), text=purchase.connection.name)
    if purchase.amount_total:
        yield Fact(label=_("Total"), text=amount(purchase.amount_total, purchase.currency))


def of_units(units: Collection[Entitlement]) -> Iterable[Fact]:
    """Tell the entitlements it is about, and how each stands."""
    for unit in list(units)[:SHOWN]:
        yield Fact(label=_("Entitlement"), text=standing(unit), about=unit.handle)
    if len(units) > SHOWN:
        more = len(units) - SHOWN
        text = ngettext("%(n)d more", "%(n)d more", more) % {"n": more}
        yield Fact(label=_("Entitlement"), text=text)


def standing(unit: Entitlement) -> str:
    """Name a unit and say how it stands."""
    return f"{unit.product.name}: {_state(unit)}"


def _state(unit: Entitlement) -> str:
    said = {
        State.MINTED: _("printed, not sold"),
        State.ISSUED: _("nobody has it yet"),
        State.RESERVED: _("reserved"),
        State.ASSIGNED: _("in use"),
        State.FULFILLED: _("in use, set up downstream"),
        State.REVOKED: _("revoked"),
    }[State(unit.state)]
    return f"{said}, {_('on hold')}" if unit.held_count else said


def id_in(key: str) -> UUID:
    """Read the id a case is kept under, or one that nothing has."""
    return uuid_of(key) or UUID(int=0)


def purchase_of(case: ExceptionCase) -> Purchase | None:
    """Give the purchase a case is about, if it is about any."""
    return case.purchase or (case.entitlement.purchase if case.entitlement else None)


def units_of(purchase: Purchase | None) -> list[Entitlement]:
    """Give what was issued for a purchase and is not revoked, as many as are looked at here."""
    if purchase is None:
        return []
    units = Entitlement.objects.filter(purchase=purchase).exclude(state=State.REVOKED)
    return list(units.select_related("product", "line").order_by("pk")[:200])


def is_used(unit: Entitlement) -> bool:
    """Tell whether somebody has it."""
    return unit.state in HOLDER_STATES


def holder_of(unit: Entitlement) -> str:
    """Give who has it, masked, or nothing if nobody does."""
    held = Assignment.objects.filter(entitlement=unit, ended_at=None)
    found = held.select_related("account__person").first()
    if found is None:
        return ""
    return masked(found.account.person) or _("an account without an address")


def ask_channel(case: ExceptionCase) -> Iterable[Suggestion]:
    """Suggest to ask the channel how the order stands now; the case closes if that mends it."""
    purchase = purchase_of(case)
    if purchase is None or purchase.connection is None or not purchase.connection.enabled:
        return
    name, order = purchase.connection.name, reference_of(purchase)
    yield Suggestion(
        name="ask_channel",
        label=_("Ask the channel again"),
        will=(
            _("%(channel)s is asked how order %(order)s stands now.")
            % {"channel": name, "order": order},
            _("What it wants differently from our records is issued or withdrawn."),
            _("This case closes by itself if nothing is in doubt afterwards."),
        ),
        permission=Permission.RESYNC,
        do=partial(_resync, purchase.pk),
    )


def _resync(purchase_id: UUID, doing: Doing) -> str:
    came = resync_purchases(purchase_ids=[purchase_id], by=doing.by)
    if came.failed:
        _order, why = came.failed[0]
        return _("The channel was asked, and it failed: %(why)s") % {"why": why}
    issued = ngettext("%(n)d entitlement", "%(n)d entitlements", came.issued) % {"n": came.issued}
    return _("The channel was asked; %(issued)s issued.") % {"issued": issued}


def leave(
    *, name: str, label: str, will: tuple[str, ...], outcome: str, permission: Permission
) -> Suggestion:
    """Suggest to decide that nothing has to be done, and to keep that decision."""
    return Suggestion(
        name=name,
        label=label,
        will=(*will, _("No entitlement is changed.")),
        permission=permission,
        do=lambda _doing: _("It is settled; no entitlement was changed."),
        outcome=outcome,
    )


def act_on(unit: Entitlement, act: Act, *, label: str, says: str) -> Lead:
    """Lead to the page of an act on one entitlement."""
    return Lead(
        label=label,
        says=says,
        page="console-act",
        arguments=(unit.handle, act.value),
        permission=permission_for(act),
    )


def to_trace(case: ExceptionCase, *, says: str) -> Iterable[Lead]:
    """Lead to everything that is known of the purchase."""
    purchase = purchase_of(case)
    if purchase is not None:
        yield Lead(
            label=_("Open the trace"), says=says, page="console-trace", arguments=(purchase.pk,)
        )


def to_connection(slug: object) -> Iterable[Lead]:
    """Lead to a connection and its health."""
    if isinstance(slug, str) and slug:
        yield Lead(
            label=_("Open the connection"),
            says=_("Its health, what it refused and what it has to be told stand there."),
            page="console-connection",
            arguments=(slug,),
        )
