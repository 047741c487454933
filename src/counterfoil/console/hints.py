"""What buttons on a trace say beside their label: what will happen, before anybody presses them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counterfoil.console.acts import BUTTONS
from counterfoil.rules.acts import Act

Words = str | Promise

HINTS: Mapping[Act, Words] = {
    Act.RESEND_CODE: _("The same mail again, to the same address."),
    Act.CORRECT_RECIPIENT: _("To another address; the link sent before stops working."),
    Act.CORRECT_BUYER: _("All unused codes go to another address; those sent before die."),
    Act.DECIDE_REFUND: _("Its money went back: revoke it, or let them keep it."),
    Act.REPLACE_CODE: _("A new code is sent; the old code stops working at once."),
    Act.REVEAL_CODE: _("Shown to you once, for a reason that is kept."),
    Act.ASSIGN: _("Somebody has it at once; its code is spent."),
    Act.COMPLETE_SUBJECT: _("Answer for the customer; then it is set up."),
    Act.COMPLETE_STEP: _("Answer for the customer, saying how they agreed."),
    Act.CORRECT_SUBJECT: _("The same holder, for another one."),
    Act.TRANSFER: _("Straight to somebody else; whoever has it loses it."),
    Act.UNASSIGN: _("Nobody has it then, and a new code is made."),
    Act.RETRY_PROVISIONING: _("The host is asked again now."),
    Act.SET_GIFT: _("Mailed to somebody, now or on a day."),
    Act.CANCEL_GIFT: _("It stays with the buyer; the link in the mail stops working."),
    Act.RESERVE: _("Kept for somebody until a day."),
    Act.RELEASE: _("Free again, or given to somebody else."),
    Act.EXTEND: _("Another end date; an expired one can be used again."),
    Act.PLACE_HOLD: _("Nobody can use it until the hold is lifted."),
    Act.LIFT_HOLD: _("It can be used again; the time lost is given back."),
    Act.REVOKE: _("Its code stops working at once, or its holder loses it."),
    Act.REINSTATE: _("Valid again, as it was before."),
}

GROUPS: tuple[tuple[Words, tuple[Act, ...]], ...] = (
    (
        _("Code and mail"),
        (
            *(Act.RESEND_CODE, Act.CORRECT_RECIPIENT, Act.CORRECT_BUYER),
            *(Act.REPLACE_CODE, Act.REVEAL_CODE),
        ),
    ),
    (
        _("Who has it"),
        (
            *(Act.ASSIGN, Act.COMPLETE_SUBJECT, Act.COMPLETE_STEP, Act.CORRECT_SUBJECT),
            *(Act.TRANSFER, Act.UNASSIGN, Act.RETRY_PROVISIONING),
        ),
    ),
    (_("Gift and reservation"), (Act.SET_GIFT, Act.CANCEL_GIFT, Act.RESERVE, Act.RELEASE)),
    (
        _("Validity"),
        (
            *(Act.EXTEND, Act.LIFT_HOLD, Act.PLACE_HOLD),
            *(Act.DECIDE_REFUND, Act.REINSTATE, Act.REVOKE),
        ),
    ),
)
OTHERS = _("Else")


def grouped(acts: Iterable[Act]) -> list[dict[str, Any]]:
    """Give the buttons of these acts by what they are about, each with what it will do."""
    left = list(acts)
    groups = []
    for label, members in (*GROUPS, (OTHERS, tuple(BUTTONS))):
        mine = [act for act in members if act in left]
        left = [act for act in left if act not in mine]
        if mine:
            groups.append({"label": label, "actions": [_button(act) for act in mine]})
    return groups


def _button(act: Act) -> dict[str, Any]:
    return {
        "act": act.value,
        "label": BUTTONS[act],
        "hint": HINTS.get(act, ""),
        "tone": "bad" if act is Act.REVOKE else "",
    }
