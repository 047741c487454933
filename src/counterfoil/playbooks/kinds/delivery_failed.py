"""The mail with the code came back, or could not be sent."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from counterfoil.models import Delivery, DeliveryKind, Entitlement, ExceptionCase, Gift
from counterfoil.operations.resend_code import resend_code
from counterfoil.operations.retry_delivery import retry_delivery
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.queries._hits import masked
from counterfoil.rules.acts import Act
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell which mail it was, to whom, and what the mail server said."""
    mail = _mail(case)
    yield from parts.of_order(case)
    if mail is not None:
        yield Fact(label=_("To"), text=masked(mail.target))
        yield Fact(label=_("What stood in it"), text=_kind(mail.kind))
    yield from parts.told(_("What came back"), _said(case.evidence.get("error")))
    yield from parts.of_units(_units(case, mail))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Try it again, send it to the right address, or read the code out."""
    mail = _mail(case)
    units = [unit for unit in _units(case, mail) if not parts.is_used(unit)]
    if mail is not None and mail.sent_at is None and mail.bounced_at is None:
        yield _again(mail)
    if units:
        unit = units[0]
        if Gift.objects.filter(entitlement=unit, ended_at=None).exists():
            yield parts.act_on(
                unit,
                Act.CORRECT_RECIPIENT,
                label=_("Send it to another address"),
                says=_("The old link stops working; the gift goes to the address you type."),
            )
        elif mail is not None and mail.bounced_at is not None:
            yield _resend(mail, unit)
        if mail is not None and mail.kind == DeliveryKind.CODES and mail.purchase_id is not None:
            yield parts.act_on(
                unit,
                Act.CORRECT_BUYER,
                label=_("Send the order to the right address"),
                says=_("If you know it: everything nobody has used is sent there, in one mail."),
            )
        yield parts.act_on(
            unit,
            Act.ASSIGN,
            label=_("Give it to the right address"),
            says=_("If the customer is on the phone: you type their address, and they have it."),
        )
        yield parts.act_on(
            unit,
            Act.REVEAL_CODE,
            label=_("Read the code out"),
            says=_("The code is shown to you once; that you saw it stays in the ledger."),
        )
    if mail is not None:
        yield Lead(
            label=_("Open the mail"),
            says=_("What was tried, when, and what came of it."),
            page="console-mail",
            arguments=(mail.pk,),
        )
    yield parts.leave(
        name="arrived_otherwise",
        label=_("They have it in another way"),
        will=(_("No further mail is sent. Say in the comment how they got it."),),
        outcome="They have it in another way.",
        permission=Permission.RESEND_CODE,
    )


def _again(mail: Delivery) -> Suggestion:
    return Suggestion(
        name="retry",
        label=_("Try the same mail again"),
        will=(
            _("The mail to %(who)s is tried at once, and as often as a new one.")
            % {"who": masked(mail.target)},
            _("This case closes by itself once it has left."),
        ),
        permission=Permission.RESEND_CODE,
        do=partial(_retry, mail.pk),
    )


def _resend(mail: Delivery, unit: Entitlement) -> Suggestion:
    return Suggestion(
        name="resend",
        label=_("Send the code once more"),
        will=(
            _("A new mail with the code goes to %(who)s, the address there is.")
            % {"who": masked(mail.target)},
            _("Links that were sent before go on working."),
        ),
        warning=_("The same address has bounced before: ask whether it is right."),
        permission=Permission.RESEND_CODE,
        do=partial(_send_again, unit.pk),
        outcome="The code was sent once more.",
    )


def _retry(mail: UUID, doing: Doing) -> str:
    retry_delivery(delivery_id=mail, by=doing.by, at=doing.at)
    return _("It is tried again now; the case closes once it has left.")


def _send_again(unit: UUID, doing: Doing) -> str:
    resend_code(entitlement_id=unit, **doing.why("mail_not_received"))
    return _("The code was sent once more.")


def _said(error: object) -> str:
    """Put what a mail server answered in words; its number is kept for whoever runs mail."""
    kind, _space, number = str(error or "").partition(" ")
    said = {
        "hard": _("nobody reads this address: it came back for good"),
        "soft": _("it could not be taken just then"),
    }.get(kind)
    if said is None:
        return str(error or "")
    return f"{said} ({number})" if number else said


def _kind(kind: str) -> str:
    return {
        DeliveryKind.CODES: _("the codes of an order"),
        DeliveryKind.GIFT: _("a gift"),
        DeliveryKind.ASSIGNED: _("that something is theirs now"),
        DeliveryKind.TRANSFER: _("that something was offered to them"),
        DeliveryKind.INVITATION: _("an invitation to act for a partner"),
    }.get(DeliveryKind(kind), kind.replace("_", " "))


def _mail(case: ExceptionCase) -> Delivery | None:
    mails = Delivery.objects.select_related("target")
    return mails.filter(pk=parts.id_in(case.key)).first()


def _units(case: ExceptionCase, mail: Delivery | None) -> list[Entitlement]:
    if case.entitlement is not None:
        return [case.entitlement]
    return parts.units_of(case.purchase or (mail.purchase if mail else None))


def brief(evidence: Mapping[str, Any]) -> str:
    """Say what came back."""
    return _said(evidence.get("error"))


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.DELIVERY_FAILED,
        title="Mail did not arrive",
        summary="The mail with the code came back, or could not be sent.",
        due=timedelta(hours=8),
    ),
    arises="A mail server says for good that nobody reads an address, or a mail could not be sent"
    " in ten attempts over a day.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
