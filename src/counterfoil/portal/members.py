"""Who acts for the partner: inviting, roles, and ending it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from counterfoil.errors import CounterfoilError, NotFound
from counterfoil.models import PartnerRole
from counterfoil.operations.change_member_role import change_member_role
from counterfoil.operations.end_member import end_member
from counterfoil.operations.invite_member import invite_member
from counterfoil.portal import words
from counterfoil.portal.answers import sentence
from counterfoil.portal.doors import METHODS, Visit, asked_of, members_only, show
from counterfoil.portal.fields import Form
from counterfoil.queries.partners import members_of
from counterfoil.rules.partners import PartnerRight


@members_only(PartnerRight.MANAGE_MEMBERS, methods=METHODS)
def manage(visit: Visit) -> HttpResponse:
    """List the members, and invite one."""
    errors: dict[str, str | Promise] = {}
    if visit.request.method == "POST":
        try:
            invite_member(
                partner_id=visit.partner_id,
                mail=asked_of(visit, "mail", 300),
                name=asked_of(visit, "name", 100),
                role=_role(visit),
                locale=get_language() or "",
                by=visit.actor,
                at=timezone.now(),
            )
        except CounterfoilError as refusal:
            errors["mail"] = sentence(refusal)
        else:
            return redirect(f"{visit.to('members')}?{urlencode({'told': 'invited'})}")
    return show(visit, "members", _context(visit, errors), status=422 if errors else 200)


@members_only(PartnerRight.MANAGE_MEMBERS, methods=("POST",))
def change_role(visit: Visit, member_id: UUID) -> HttpResponse:
    """Give a member another role."""
    _refuse_foreign(visit, member_id)
    try:
        change_member_role(
            member_id=member_id, role=_role(visit), by=visit.actor, at=timezone.now()
        )
    except CounterfoilError as refusal:
        context = _context(visit, {"form": sentence(refusal)})
        return show(visit, "members", context, status=409)
    return redirect(f"{visit.to('members')}?{urlencode({'told': 'changed'})}")


@members_only(PartnerRight.MANAGE_MEMBERS, methods=("POST",))
def end(visit: Visit, member_id: UUID) -> HttpResponse:
    """Let a member no longer act for the partner."""
    _refuse_foreign(visit, member_id)
    try:
        end_member(member_id=member_id, by=visit.actor, at=timezone.now())
    except CounterfoilError as refusal:
        context = _context(visit, {"form": sentence(refusal)})
        return show(visit, "members", context, status=409)
    return redirect(f"{visit.to('members')}?{urlencode({'told': 'ended'})}")


def _role(visit: Visit) -> PartnerRole:
    is_admin = asked_of(visit, "role", 10) == PartnerRole.ADMIN
    return PartnerRole.ADMIN if is_admin else PartnerRole.OPERATOR


def _refuse_foreign(visit: Visit, member_id: UUID) -> None:
    if member_id not in {one.id for one in members_of(visit.partner_id)}:
        raise NotFound


def _context(visit: Visit, errors: dict[str, str | Promise]) -> dict[str, Any]:
    form = Form(visit.request.POST, errors)
    told = asked_of(visit, "told", 20) if visit.request.method != "POST" else ""
    return {
        "section": "members",
        "errors": errors,
        "rows": [
            {
                "seen": one,
                "role": words.worded(words.ROLES, one.role),
                "is_me": one.id == visit.member.member_id,
                "other_role": _other(one.role),
                "role_url": visit.to("member-role", one.id),
                "end_url": visit.to("member-end", one.id),
            }
            for one in members_of(visit.partner_id)
        ],
        "fields": [
            form.field("mail", _("E-mail address"), "email", autocomplete="off"),
            form.field("name", _("Name"), required=False, maxlength=100, autocomplete="off"),
            form.field(
                "role",
                _("Role"),
                "select",
                options=list(words.ROLES.items()),
                default=PartnerRole.OPERATOR.value,
                hint=_("Admins also print cards, export, hand on, and manage members."),
            ),
        ],
        "told": _said(told),
    }


def _other(role: str) -> tuple[str, str]:
    is_admin = role == PartnerRole.ADMIN
    other = PartnerRole.OPERATOR if is_admin else PartnerRole.ADMIN
    return other.value, _("Let them hand out only") if is_admin else _("Make them admin")


def _said(code: str) -> str:
    said = {
        "invited": _("They can act for you now, and were told so by mail."),
        "changed": _("Their role was changed."),
        "ended": _("They act for you no longer."),
    }
    return said.get(code, "")
