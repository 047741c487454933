"""
The acts as pages: what each says it will do, what it asks, and why it may be done.

A page is data. How it is shown and answered is in ``acting``, what it calls is in ``performing``.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.conf import conf
from counterfoil.console import addressing, answering_steps, deciding_refunds, giving, keeping
from counterfoil.console.act_page import (
    About,
    ActPage,
    act_page,
    despite,
    downstream,
    subject_fields,
)
from counterfoil.console.fields import Field
from counterfoil.console.passing_on import correct_subject_page, transfer_page
from counterfoil.models import HoldKind
from counterfoil.queries import words
from counterfoil.queries._steps import steps_left
from counterfoil.rules import reasons
from counterfoil.rules.acts import Act

BUTTONS = {
    Act.ASSIGN: gettext_lazy("Assign"),
    Act.COMPLETE_SUBJECT: gettext_lazy("Say whom it is for"),
    Act.UNASSIGN: gettext_lazy("Take back"),
    Act.REPLACE_CODE: gettext_lazy("Replace code"),
    Act.REVEAL_CODE: gettext_lazy("Reveal code"),
    Act.REVOKE: gettext_lazy("Revoke"),
    Act.REINSTATE: gettext_lazy("Reinstate"),
    Act.PLACE_HOLD: gettext_lazy("Place hold"),
    Act.LIFT_HOLD: gettext_lazy("Lift hold"),
    Act.EXTEND: gettext_lazy("Change validity"),
    Act.CORRECT_SUBJECT: gettext_lazy("Correct whom it is for"),
    Act.TRANSFER: gettext_lazy("Transfer"),
    **giving.BUTTONS,
    **keeping.BUTTONS,
    **deciding_refunds.BUTTONS,
    **addressing.BUTTONS,
    **answering_steps.BUTTONS,
}

REASONS: Mapping[Act, tuple[str, ...]] = {
    **reasons.REASONS,
    **keeping.REASONS,
    **deciding_refunds.REASONS,
    **addressing.REASONS,
    **answering_steps.REASONS,
}
"""Why staff may do it, in the words of :data:`counterfoil.queries.words.REASONS`."""


def page_of(act: Act, about: About) -> ActPage:
    """Say what an act would do to this entitlement, and what has to be answered for it."""
    return PAGES[act](about)


def _assign(about: About) -> ActPage:
    later = _("They still have to say whom it is for.") if about.unit.needs_subject else ""
    return act_page(
        _("Assign the entitlement"),
        _("Whoever reads the address you give has it at once; an account is made if need be."),
        _("Its code is spent, exactly as if they had typed it."),
        later,
        fields=(Field(name="mail", label=_("E-mail address"), type="email", maxlength=254),),
        warning=_("Ask for the address letter by letter: nobody confirms it first."),
    )


def _complete_subject(about: About) -> ActPage:
    return act_page(
        _("Say whom it is for"),
        _("The assignment to %(holder)s is completed.") % {"holder": about.unit.holder},
        _("The downstream record is made once the steps that are left are done.")
        if steps_left(about.unit.steps)
        else _("The downstream record is made; that can take a minute."),
        fields=tuple(subject_fields(about)),
    )


def _unassign(about: About) -> ActPage:
    return act_page(
        _("Take the assignment back"),
        _("%(holder)s no longer has it.") % {"holder": about.unit.holder},
        _("The downstream record is taken down.") if about.unit.provisioning else "",
        _("A new code is made; the one that was used stays spent."),
        _("It can then be assigned again, to anybody."),
        warning=despite(about),
    )


def _replace_code(about: About) -> ActPage:
    gift = about.unit.gift
    given = gift.recipient if gift is not None and gift.is_open else ""
    to = given or about.buyer
    sent = _("A new code is made and sent to %(who)s.") % {"who": to}
    other = _("Another address? “Correct address” replaces the code and sends it there.")
    buyers = _("Another address? “Correct the buyer's address” replaces the code, too.")
    return act_page(
        _("Replace the code"),
        _("The old code stops working at once, and so do all links that were sent for it."),
        sent if to else _("A new code is made. There is no address to send it to."),
        _("Validity stays as it is."),
        (other if given else buyers) if to else "",
        warning=_("If somebody printed the old code, their copy is worthless afterwards."),
    )


def _reveal_code(about: About) -> ActPage:
    limits = {"seen": about.revealed, "most": conf.REVEAL_LIMIT}
    return act_page(
        _("Reveal the code"),
        _("The code is shown to you in full, once."),
        _("That you saw it, and why, stays in the ledger."),
        _("You have revealed %(seen)d of the %(most)d codes you may in 24 hours.") % limits,
        warning=_("Whoever has the code has the entitlement. Make sure whom you are talking to."),
    )


def _revoke(about: About) -> ActPage:
    holder = about.unit.holder
    return act_page(
        _("Revoke the entitlement"),
        _("%(holder)s loses it.") % {"holder": holder}
        if holder
        else _("Its code stops working at once."),
        downstream(about),
        _("No money is moved: refund it at the channel if that is meant."),
        _("It can be reinstated later."),
        warning=_("It is in use. Whoever has it is not asked.") if holder else "",
    )


def _reinstate(_about: About) -> ActPage:
    return act_page(
        _("Reinstate the entitlement"),
        _("It is valid again, as it was before it was revoked."),
        _("If somebody had it, they have it again; otherwise the code that was live works again."),
    )


def _place_hold(_about: About) -> ActPage:
    kinds = (HoldKind.FRAUD, HoldKind.COMPLIANCE, HoldKind.OTHER)
    return act_page(
        _("Place a hold"),
        _("It cannot be redeemed, assigned, given back or replaced until the hold is lifted."),
        _("Whoever presents its code is only told that it cannot be used here."),
        _("When the hold is lifted, validity is longer by as much as it was suspended."),
        fields=(
            Field(
                name="kind",
                label=_("Kind"),
                type="select",
                options=tuple((kind.value, str(kind.label)) for kind in kinds),
            ),
            Field(
                name="reference",
                label=_("Case or ticket"),
                maxlength=200,
                hint=_("The hold is lifted by this name."),
            ),
        ),
    )


def _lift_hold(about: About) -> ActPage:
    holds = about.unit.holds
    others = _("The other holds stay.") if len(holds) > 1 else _("It can be used again at once.")
    return act_page(
        _("Lift a hold"),
        others,
        _("Validity is longer by the time it was suspended.") if about.unit.expires_at else "",
        fields=(
            Field(
                name="hold",
                label=_("Hold"),
                type="select",
                value=f"{holds[0].kind}:{holds[0].reference}" if len(holds) == 1 else "",
                options=tuple(
                    (f"{hold.kind}:{hold.reference}", f"{hold.kind} {hold.reference}".strip())
                    for hold in holds
                ),
            ),
        ),
    )


def _extend(about: About) -> ActPage:
    until: datetime | None = about.unit.expires_at
    now = _("Now it is valid until %(day)s.") % {"day": words.day(until)} if until else ""
    return act_page(
        _("Change how long it is valid"),
        now or _("Now it has no end date."),
        _("An entitlement that has expired can be used again."),
        fields=(
            Field(
                name="until",
                label=_("Valid until the end of"),
                type="date",
                required=False,
                value=until.date().isoformat() if until else "",
            ),
            Field(name="endless", label=_("Without an end date"), type="checkbox", required=False),
        ),
    )


PAGES: Mapping[Act, Callable[[About], ActPage]] = {
    Act.ASSIGN: _assign,
    Act.COMPLETE_SUBJECT: _complete_subject,
    Act.UNASSIGN: _unassign,
    Act.REPLACE_CODE: _replace_code,
    Act.REVEAL_CODE: _reveal_code,
    Act.REVOKE: _revoke,
    Act.REINSTATE: _reinstate,
    Act.PLACE_HOLD: _place_hold,
    Act.LIFT_HOLD: _lift_hold,
    Act.EXTEND: _extend,
    Act.CORRECT_SUBJECT: correct_subject_page,
    Act.TRANSFER: transfer_page,
    **giving.PAGES,
    **keeping.PAGES,
    **deciding_refunds.PAGES,
    **addressing.PAGES,
    **answering_steps.PAGES,
}
