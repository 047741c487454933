"""Who may enter the console, and as what."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.entering import is_required
from counterfoil.errors import CounterfoilError
from counterfoil.operations.let_in_staff import let_in_staff
from counterfoil.queries.staff import changes_to, one_of_staff, sessions_of, staff
from counterfoil.rules.permissions import ROLES, SINGLE, Permission

TOLD = {
    "staff_let_in": _("let in"),
    "staff_roles_changed": _("given other roles"),
    "staff_locked_out": _("locked out"),
    "staff_let_back_in": _("let back in"),
    "first_password_given": _("given a first password"),
    "staff_sessions_ended": _("signed out everywhere"),
    "password_chosen": _("chose a password"),
    "second_factor_set_up": _("set up an authenticator"),
    "second_factor_reset": _("authenticator taken away"),
    "recovery_codes_renewed": _("got new recovery codes"),
}


@staff_only(methods=("GET", "HEAD"))
def list_staff(visit: Visit) -> HttpResponse:
    """List everybody who is staff, with their roles."""
    context = {
        "section": "staff",
        "rows": staff(),
        "is_required": is_required(),
        "may_manage": visit.may(Permission.MANAGE_STAFF),
    }
    return show(visit, "staff", context)


@staff_only(methods=("GET", "HEAD"))
def show_staff(visit: Visit, user_id: str) -> HttpResponse:
    """Show one member of staff: what they may do, and what was done to their access."""
    return page_of_staff(visit, user_id, {})


@staff_only(Permission.MANAGE_STAFF)
def let_in(visit: Visit) -> HttpResponse:
    """Ask who is to come in and as what, or let them in; their first password is shown once."""
    posted = visit.request.POST
    if visit.request.method != "POST":
        return _new(visit, {})
    try:
        user, password = let_in_staff(
            username=posted.get("username", "").strip(),
            first_name=posted.get("first_name", "").strip()[:150],
            last_name=posted.get("last_name", "").strip()[:150],
            mail=posted.get("mail", "").strip()[:254],
            roles=posted.getlist("role"),
            singles=posted.getlist("single"),
            by=visit.operator,
            at=timezone.now(),
        )
    except CounterfoilError as refusal:
        return _new(visit, {"errors": {"form": str(refusal)}}, status=422)
    return first_password_page(visit, str(user.pk), password)


def first_password_page(visit: Visit, user_id: str, password: str) -> HttpResponse:
    """Show the password somebody comes in with, this once."""
    context = {"section": "staff", "one": one_of_staff(user_id), "password": password}
    return show(visit, "first_password", context)


def page_of_staff(
    visit: Visit, user_id: str, wrong: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """
    Show one member of staff, with what was wrong with what was posted.

    :raises NotStaff: if there is none.
    """
    one = one_of_staff(user_id)
    is_self = one.id == visit.operator.id
    context = {
        "section": "staff",
        "one": one,
        "sessions": sessions_of(one.id),
        "changes": [
            {
                "at": row.at,
                "who": row.actor_display or row.actor_id,
                "what": TOLD.get(row.act, row.act.replace("_", " ")),
                "reason": row.data.get("reason", ""),
                "roles": ", ".join(row.data.get("after", {}).get("roles", ())),
            }
            for row in changes_to(one.id)
        ],
        "may_manage": visit.may(Permission.MANAGE_STAFF) and not is_self,
        "may_read_mail": visit.may(Permission.MANAGE_STAFF) or is_self,
        "is_self": is_self,
        "roles": choices(one.roles),
        "singles": singles([each.value for each in one.singles]),
        "errors": {},
    }
    return show(visit, "staff_member", context | dict(wrong), status=status)


def choices(chosen: Any) -> list[dict[str, Any]]:
    """Give the roles to choose from, each with what it may do."""
    return [
        {
            "value": name,
            "label": name,
            "is_chosen": name in chosen,
            "hint": "; ".join(one.words for one in Permission if one in given),
        }
        for name, given in ROLES.items()
    ]


def singles(chosen: Any) -> list[dict[str, Any]]:
    """Give what no role includes."""
    return [
        {"value": one.value, "label": one.words, "is_chosen": one.value in chosen}
        for one in Permission
        if one in SINGLE
    ]


def _new(visit: Visit, wrong: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    posted: QueryDict = visit.request.POST
    context = {
        "section": "staff",
        "answers": {
            name: posted.get(name, "") for name in ("username", "first_name", "last_name", "mail")
        },
        "roles": choices(posted.getlist("role")),
        "singles": singles(posted.getlist("single")),
        "errors": {},
    }
    return show(visit, "staff_new", context | dict(wrong), status=status)
