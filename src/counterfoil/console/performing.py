"""Doing what an act page asked for: each calls one operation and says what came of it."""

from collections.abc import Callable, Mapping
from datetime import datetime, time

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from counterfoil.console import addressing, answering_steps, deciding_refunds, giving, keeping
from counterfoil.console.fields import FieldWrong
from counterfoil.console.given import SUBJECT, Done, Given
from counterfoil.errors import SubjectInvalid
from counterfoil.models import HoldKind
from counterfoil.operations.assign_to_mail import assign_to_mail
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.operations.correct_subject import correct_subject
from counterfoil.operations.extend import extend
from counterfoil.operations.lift_hold import lift_hold
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.reinstate import reinstate
from counterfoil.operations.replace_code import replace_code
from counterfoil.operations.reveal_code import reveal_code
from counterfoil.operations.revoke import revoke
from counterfoil.operations.transfer_to_mail import transfer_to_mail
from counterfoil.operations.unassign import unassign
from counterfoil.rules.acts import Act
from counterfoil.rules.people import mask_mail


def perform(act: Act, given: Given) -> Done:
    """
    Do it.

    :raises FieldWrong: if an answer cannot be used.
    :raises CounterfoilError: whatever the operation refuses.
    """
    try:
        return ACTS[act](given)
    except SubjectInvalid as refusal:
        for wrong in refusal.faults:
            raise FieldWrong(f"{SUBJECT}{wrong.at}", wrong.says) from refusal
        raise


def _assign(given: Given) -> Done:
    mail = given.mail()
    assign_to_mail(entitlement_id=given.entitlement_id, mail=mail, **given.why())
    return Done(told=_("Assigned to %(who)s.") % {"who": mask_mail(mail)})


def _complete_subject(given: Given) -> Done:
    subject = complete_subject(
        entitlement_id=given.entitlement_id, answers=given.subject(), by=given.by, at=given.at
    )
    return Done(told=_("It is for %(subject)s now.") % {"subject": subject})


def _correct_subject(given: Given) -> Done:
    subject = correct_subject(
        entitlement_id=given.entitlement_id, answers=given.subject(), **given.why()
    )
    return Done(told=_("It is for %(subject)s now.") % {"subject": subject})


def _transfer(given: Given) -> Done:
    mail = given.mail()
    transfer_to_mail(entitlement_id=given.entitlement_id, mail=mail, **given.why())
    return Done(told=_("Transferred to %(who)s.") % {"who": mask_mail(mail)})


def _unassign(given: Given) -> Done:
    unassign(entitlement_id=given.entitlement_id, **given.why())
    return Done(told=_("It was taken back and has a new code."))


def _replace_code(given: Given) -> Done:
    replace_code(entitlement_id=given.entitlement_id, **given.why())
    return Done(told=_("The code was replaced. The old one no longer works."))


def _reveal_code(given: Given) -> Done:
    code = reveal_code(entitlement_id=given.entitlement_id, **given.why())
    return Done(told=_("The code is shown below, this once."), code=code)


def _revoke(given: Given) -> Done:
    withdrawn = revoke(entitlement_ids=[given.entitlement_id], **given.why())
    return Done(told=_("It is revoked.") if withdrawn else _("It was revoked already."))


def _reinstate(given: Given) -> Done:
    reinstate(entitlement_id=given.entitlement_id, **given.why())
    return Done(told=_("It is valid again."))


def _place_hold(given: Given) -> Done:
    kind = given.answer("kind")
    if kind not in HoldKind.values:
        raise FieldWrong("kind", _("Choose one of these."))
    placed = place_hold(
        entitlement_ids=[given.entitlement_id],
        kind=HoldKind(kind),
        reference=given.answer("reference")[:200],
        **given.why(),
    )
    return Done(told=_("It is on hold.") if placed else _("This hold stood already."))


def _lift_hold(given: Given) -> Done:
    kind, _colon, reference = given.answer("hold").partition(":")
    if kind not in HoldKind.values:
        raise FieldWrong("hold", _("Choose one of these."))
    lifted = lift_hold(
        entitlement_ids=[given.entitlement_id],
        kind=HoldKind(kind),
        reference=reference,
        **given.why(),
    )
    return Done(told=_("The hold is lifted.") if lifted else _("This hold no longer stood."))


def _extend(given: Given) -> Done:
    extend(entitlement_id=given.entitlement_id, until=_until(given), **given.why())
    return Done(told=_("Its validity was changed."))


def _until(given: Given) -> datetime | None:
    if given.answers.get("endless"):
        return None
    text = given.answer("until")
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or day.year > 2999:
        raise FieldWrong("until", _("This is not a date."))
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


ACTS: Mapping[Act, Callable[[Given], Done]] = {
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
    Act.CORRECT_SUBJECT: _correct_subject,
    Act.TRANSFER: _transfer,
    **giving.ACTS,
    **keeping.ACTS,
    **deciding_refunds.ACTS,
    **addressing.ACTS,
    **answering_steps.ACTS,
}
