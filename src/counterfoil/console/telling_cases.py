"""What was done about a case, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from counterfoil.queries.exceptions import Step


def step_of(step: Step) -> dict[str, Any]:
    """Give one step of the history of a case."""
    return {
        "at": step.at,
        "who": step.who,
        "text": _text(step.act, step.data),
        "quote": str(step.data.get("text") or step.data.get("told") or ""),
        "ticket": str(step.data.get("reference") or step.data.get("case") or ""),
    }


def _text(act: str, data: Mapping[str, Any]) -> str:
    match act:
        case "take_case":
            return _("Taken on")
        case "give_back_case":
            return _("Given back")
        case "hand_over_case":
            return _("Handed over to %(who)s") % {"who": data.get("to_display", "")}
        case "postpone_case":
            until = parse_datetime(str(data.get("to", "")))
            day = date_format(until, "j F Y") if until else ""
            return _("Due on %(day)s instead") % {"day": day}
        case "try_case":
            return _("Tried: %(what)s") % {"what": _way(data.get("step"))}
        case "settle_case":
            return _("Settled: %(what)s") % {"what": _way(data.get("resolution"))}
        case "note":
            return _("Note")
        case _:
            return act.replace("_", " ").capitalize()


def _way(name: object) -> str:
    said = str(name or "")
    by_hand = said.startswith("by_hand")
    return _("closed by hand") if by_hand else said.replace("_", " ")
