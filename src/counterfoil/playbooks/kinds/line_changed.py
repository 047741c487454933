"""A line was sold as one product and reads as another now."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.models import Entitlement, ExceptionCase
from counterfoil.operations.revoke import revoke
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell what it was sold as, and what it reads as."""
    yield from parts.of_order(case)
    yield from parts.told(_("The line says"), case.evidence.get("description"))
    yield from parts.told(_("Sold as"), case.evidence.get("sold_as"))
    yield from parts.told(_("Reads now as"), case.evidence.get("reads_as"))
    yield from parts.told(_("Units ordered"), case.evidence.get("quantity"))
    yield from parts.of_units(_sold(case))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Leave it as it was sold, or take back what nobody has redeemed yet."""
    yield parts.leave(
        name="stays",
        label=_("It stays what it was sold as"),
        will=(
            _("What was issued as %(product)s stays valid.")
            % {"product": case.evidence.get("sold_as", "")},
            _("For the other product nothing is issued."),
        ),
        outcome="It stays what it was sold as.",
        permission=Permission.RESOLVE_EXCEPTION,
    )
    unused = [unit for unit in _sold(case) if not parts.is_used(unit)]
    if unused:
        count = ngettext("%(n)d unit", "%(n)d units", len(unused)) % {"n": len(unused)}
        yield Suggestion(
            name="take_back",
            label=_("Take back what is unused"),
            will=(
                _("%(count)s of %(product)s is revoked; the codes stop working at once.")
                % {"count": count, "product": case.evidence.get("sold_as", "")},
                _("Grant the other product afterwards, with the order as the reference."),
            ),
            permission=Permission.REVOKE,
            do=partial(_revoke, [unit.pk for unit in unused]),
            outcome="What was unused was taken back; the other product is granted.",
        )
    yield Lead(
        label=_("Grant the other product"),
        says=_("%(sku)s, with the order as the reference.")
        % {"sku": case.evidence.get("reads_as", "")},
        page="console-grant",
        permission=Permission.GRANT,
    )
    yield from parts.ask_channel(case)


def _revoke(units: list[UUID], doing: Doing) -> str:
    revoke(entitlement_ids=units, **doing.why("mistake"))
    return _("What was unused was taken back. Now grant the other product.")


def _sold(case: ExceptionCase) -> list[Entitlement]:
    line = str(case.evidence.get("line", ""))
    units = parts.units_of(case.purchase)
    return [one for one in units if one.line is not None and one.line.external_line == line]


def brief(evidence: Mapping[str, Any]) -> str:
    """Name both products."""
    before, now = evidence.get("sold_as"), evidence.get("reads_as")
    return f"{before} → {now}" if before and now else ""


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.LINE_CHANGED,
        title="Line turned into another product",
        summary="A line was sold as one product and reads as another now. What it was sold as"
        " stays, and nothing was issued for the other.",
        due=timedelta(days=1),
    ),
    arises="Somebody edits an order at the channel, or changes a mapping, so that a line that was"
    " issued reads as another product.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
