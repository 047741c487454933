"""Partners: the list, and one with what it has, who acts for it, and what was done."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.listing import File, Listing, show_list
from counterfoil.models import PartnerRole
from counterfoil.queries.allotments import overview, together
from counterfoil.queries.partners import (
    PartnerSeen,
    members_of,
    partner_by_name,
    sub_partners,
)
from counterfoil.queries.partners_kept import (
    Noted,
    PartnerFilter,
    PartnerInList,
    connections_of,
    keys_of,
    notes_of,
    partners_in_list,
    waits_for,
    works_on,
)
from counterfoil.rules.permissions import Permission

ACTS: Mapping[str, str | Promise] = {
    "open_partner": later("set it up"),
    "invite_member": later("invited somebody"),
    "change_member_role": later("changed somebody's role"),
    "end_member": later("ended somebody's access"),
    "allot": later("allotted"),
    "suspend_partner": later("suspended it"),
    "resume_partner": later("let it go on"),
}
ROLES: Mapping[str, str | Promise] = {
    PartnerRole.ADMIN: later("Admin"),
    PartnerRole.OPERATOR: later("Operator"),
}
MAY = (Permission.MANAGE_PARTNERS, Permission.ALLOT, Permission.SUSPEND_PARTNER)


def _row(_visit: Visit, one: PartnerInList) -> dict[str, Any]:
    return told(one.partner) | {"one": one}


def _cells(one: PartnerInList) -> Sequence[object]:
    partner, counts = one.partner, one.counts
    return (
        *(partner.slug, partner.name, partner.parent_name, partner.suspension or "active"),
        *(partner.suspended_at, counts.free, counts.sent, counts.in_use, counts.on_hold),
        one.members,
    )


PARTNERS = Listing(
    name="partners",
    page="console-partners",
    title=later("Partners"),
    about=later("Organisations that hold entitlements and hand them on."),
    nothing=later(
        "There are none yet. A partner has people of its own, is allotted entitlements, and hands"
        " them out in its portal."
    ),
    counted=lambda n: ngettext("%(n)s partner", "%(n)s partners", n) % {"n": f"{n:,}"},
    sought=PartnerFilter,
    read=partners_in_list,
    told=_row,
    template="partners",
    rows="list_partners",
    at_hand=("standing", "top", "name"),
    page_size=1_000,
    file=File(
        headings=(
            *("partner", "name", "below", "standing", "suspended_at", "free", "given"),
            *("claimed", "on_hold", "people"),
        ),
        cells=_cells,
    ),
)


@staff_only(methods=("GET", "HEAD"))
def list_partners(visit: Visit) -> HttpResponse:
    """List the partners by name, each below the one it belongs to."""
    return show_list(visit, PARTNERS, more={"may_open": visit.may(Permission.MANAGE_PARTNERS)})


@staff_only(methods=("GET", "HEAD"))
def show_partner(visit: Visit, slug: str) -> HttpResponse:
    """Show a partner: what it has, who acts for it, and what can be done."""
    partner = partner_by_name(slug)
    rows, waiting = overview(partner.id), waits_for(slug)
    works = works_on(partner.id)
    context = told(partner) | {
        "section": "partners",
        "rows": rows,
        "counts": together(rows),
        "members": [
            {"one": one, "role": ROLES.get(one.role, one.role)} for one in members_of(partner.id)
        ],
        "below": [told(one) for one in sub_partners(partner.id)],
        "connections": connections_of(partner.id),
        "keys": keys_of(partner.id),
        "notes": [_noted(one) for one in notes_of(slug)],
        "approval_urls": [reverse("counterfoil:console-approval", args=[pk]) for pk in waiting],
        "job_url": reverse("counterfoil:console-job", args=[works]) if works else "",
        "may": {one.value: visit.may(one) for one in MAY},
    }
    return show(visit, "partner", context)


def told(partner: PartnerSeen) -> dict[str, Any]:
    """Give what every page says of a partner."""
    tone, standing = _standing(partner)
    return {
        "partner": partner,
        "url": reverse("counterfoil:console-partner", args=[partner.slug]),
        "tone": tone,
        "standing": standing,
    }


def _standing(partner: PartnerSeen) -> tuple[str, str]:
    if not partner.suspension:
        return "good", _("active")
    if partner.suspension == "codes":
        return "bad", _("suspended, codes on hold")
    return "warn", _("suspended, codes work")


def _noted(one: Noted) -> dict[str, Any]:
    data = one.data
    facts = []
    if one.act == "allot":
        facts.append(_("%(n)s of %(sku)s") % {"n": data.get("quantity"), "sku": data.get("sku")})
    if "role" in data:
        facts.append(str(ROLES.get(data["role"], data["role"])))
    if data.get("reason"):
        facts.append(str(data["reason"]))
    if data.get("entitlements"):
        facts.append(_("%(n)s unclaimed") % {"n": data["entitlements"]})
    return {"who": one.who, "at": one.at, "act": ACTS.get(one.act, one.act), "facts": facts}
