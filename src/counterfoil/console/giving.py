"""The acts of giving as pages of the console: what each says it will do, and what it calls."""

from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from counterfoil.console.act_page import About, ActPage, act_page
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.console.gift_fitting import UNSENT
from counterfoil.console.given import Done, Given
from counterfoil.errors import GiftDateInvalid
from counterfoil.models import GiftWords
from counterfoil.operations.cancel_gift import cancel_gift
from counterfoil.operations.correct_recipient import correct_recipient
from counterfoil.operations.resend_code import resend_code
from counterfoil.operations.set_gift import set_gift
from counterfoil.queries.gifts import TracedGift, giver_of
from counterfoil.rules.acts import Act
from counterfoil.rules.gifts import LONGEST_MESSAGE, LONGEST_NAME
from counterfoil.rules.people import mask_mail, normalise_mail

MORNING = time(9)

BUTTONS = {
    Act.SET_GIFT: gettext_lazy("Give as a gift"),
    Act.CORRECT_RECIPIENT: gettext_lazy("Correct address"),
    Act.RESEND_CODE: gettext_lazy("Send again"),
    Act.CANCEL_GIFT: gettext_lazy("Call gift off"),
}

STANDINGS = {
    "card": (gettext_lazy("a card to hand over"), "info"),
    "scheduled": (gettext_lazy("waits for its day"), "info"),
    "leaving": (gettext_lazy("about to be sent"), "info"),
    "sent": (gettext_lazy("sent"), "info"),
    "came_back": (gettext_lazy("came back"), "bad"),
    "opened": (gettext_lazy("opened"), "info"),
    "claimed": (gettext_lazy("claimed"), "good"),
    "cancelled": (gettext_lazy("called off"), ""),
    "withdrawn": (gettext_lazy("ended with a withdrawal"), ""),
}


def told(gift: TracedGift | None) -> dict[str, Any] | None:
    """Give what a trace says of a gift."""
    if gift is None:
        return None
    text, tone = STANDINGS.get(gift.standing, (gift.standing, ""))
    return {
        "text": text,
        "tone": tone,
        "recipient": gift.recipient,
        "by": gift.partner or gift.giver,
        "send_at": gift.send_at,
        "has_message": gift.has_message,
    }


def _set(about: About) -> ActPage:
    whose = _("%(buyer)s is told when it is opened, claimed, or comes back.")
    return act_page(
        _("Give it as a gift"),
        _("A mail with a link brings it to whoever you name, on the day you choose."),
        _("Without an address it is a card that the buyer hands over; nothing is sent."),
        whose % {"buyer": about.buyer} if about.buyer else "",
        fields=(
            Field(
                name="mail",
                label=_("Recipient's e-mail address"),
                type="email",
                maxlength=254,
                required=False,
            ),
            Field(
                name="recipient_name",
                label=_("Recipient's name"),
                maxlength=LONGEST_NAME,
                required=False,
            ),
            Field(
                name="message",
                label=_("Message"),
                type="textarea",
                maxlength=LONGEST_MESSAGE,
                required=False,
            ),
            Field(
                name="sender_name",
                label=_("Sender's name"),
                maxlength=LONGEST_NAME,
                required=False,
                hint=_("Left empty, the mail does not say from whom it is."),
            ),
            Field(
                name="day",
                label=_("Sent on the morning of"),
                type="date",
                required=False,
                hint=_("Left empty, it is sent now."),
            ),
        ),
    )


def _cancel(about: About) -> ActPage:
    gift = about.unit.gift
    is_out = gift is not None and gift.standing not in UNSENT
    mailed = _("The link that was sent stops working at once; the buyer gets a new code by mail.")
    return act_page(
        _("Call the gift off"),
        mailed if is_out else _("Nothing is sent. The code stays as it is."),
        _("It is the buyer's again, to use or to give."),
        warning=_("Whoever it was for may have been told already.") if is_out else "",
    )


def _correct(about: About) -> ActPage:
    gift = about.unit.gift
    is_out = gift is not None and gift.standing not in UNSENT
    return act_page(
        _("Correct the recipient's address"),
        _("The gift goes to the new address, with the same words."),
        _("The link that was sent stops working at once, and the new mail goes out now.")
        if is_out
        else _("It goes out on the day that was chosen."),
        fields=(Field(name="mail", label=_("The right address"), type="email", maxlength=254),),
    )


def _resend(about: About) -> ActPage:
    gift = about.unit.gift
    to = gift.recipient if gift is not None and gift.is_open and gift.recipient else about.buyer
    return act_page(
        _("Send it again"),
        _("The mail with the code goes to %(who)s once more.") % {"who": to}
        if to
        else _("There is no address to send it to."),
        _("It has a link of its own. Earlier links go on working."),
        _("Is the address wrong? Correct it instead: then the code is sent there.") if to else "",
    )


def _do_set(given: Given) -> Done:
    answers = given.answers
    words = GiftWords(
        recipient_mail=_address(given, "mail") if answers.get("mail", "").strip() else "",
        recipient_name=answers.get("recipient_name", "").strip(),
        message=answers.get("message", "").strip(),
        sender_name=answers.get("sender_name", "").strip(),
    )
    try:
        set_gift(
            entitlement_id=given.entitlement_id,
            words=words,
            send_at=_morning(answers.get("day", "")),
            time_zone=settings.TIME_ZONE,
            locale=get_language() or "",
            giver_id=giver_of(given.entitlement_id),
            **given.why(),
        )
    except GiftDateInvalid as refusal:
        raise FieldWrong("day", _("It cannot be sent on that day.")) from refusal
    if not words.recipient_mail:
        return Done(told=_("It is a card now. The buyer can print it."))
    return Done(told=_("It goes to %(who)s.") % {"who": mask_mail(words.recipient_mail)})


def _do_cancel(given: Given) -> Done:
    cancel_gift(entitlement_id=given.entitlement_id, **given.why())
    return Done(told=_("The gift is called off."))


def _do_correct(given: Given) -> Done:
    mail = _address(given, "mail")
    correct_recipient(entitlement_id=given.entitlement_id, recipient_mail=mail, **given.why())
    return Done(told=_("It goes to %(who)s.") % {"who": mask_mail(mail)})


def _do_resend(given: Given) -> Done:
    resend_code(entitlement_id=given.entitlement_id, **given.why())
    return Done(told=_("It is sent again. What became of it stands among the mails."))


def _address(given: Given, field: str) -> str:
    mail = normalise_mail(given.answer(field))
    if mail is None:
        raise FieldWrong(field, _("This is not an address that mail can reach."))
    return mail


def _morning(text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or day.year > 2999:
        raise FieldWrong("day", _("This is not a date."))
    return timezone.make_aware(datetime.combine(day, MORNING), timezone.get_default_timezone())


PAGES: Mapping[Act, Callable[[About], ActPage]] = {
    Act.SET_GIFT: _set,
    Act.CORRECT_RECIPIENT: _correct,
    Act.RESEND_CODE: _resend,
    Act.CANCEL_GIFT: _cancel,
}

ACTS: Mapping[Act, Callable[[Given], Done]] = {
    Act.SET_GIFT: _do_set,
    Act.CORRECT_RECIPIENT: _do_correct,
    Act.RESEND_CODE: _do_resend,
    Act.CANCEL_GIFT: _do_cancel,
}
