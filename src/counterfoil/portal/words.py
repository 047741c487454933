"""What the portal calls things: how something stands, what is wrong with a row, what came of it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from counterfoil.models import HandoutStatus, PartnerRole
from counterfoil.rules.handouts import Mode, RowFault, RowOutcome

STANDINGS: Mapping[str, str | Promise] = {
    "free": _("free"),
    "reserved": _("reserved"),
    "sent": _("sent"),
    "claimed": _("claimed"),
    "fulfilled": _("fulfilled"),
    "expired": _("expired"),
    "on_hold": _("suspended"),
    "revoked": _("withdrawn"),
    "unsold": _("not sold yet"),
    "sold": _("sold to a customer"),
}

TONES: Mapping[str, str] = {
    "free": "",
    "reserved": "warn",
    "sent": "info",
    "claimed": "good",
    "fulfilled": "good",
    "expired": "",
    "on_hold": "bad",
    "revoked": "bad",
    "unsold": "",
    "sold": "",
}

FAULTS: Mapping[str, str | Promise] = {
    RowFault.UNREADABLE: _("The row cannot be read: a quotation mark is opened and not closed."),
    RowFault.NO_ADDRESS: _("There is no address."),
    RowFault.NOT_AN_ADDRESS: _("This is not an e-mail address."),
    RowFault.REPEATED: _("This address stands further up in the list."),
    RowFault.NAME_TOO_LONG: _("The name is longer than 100 characters."),
    RowFault.MESSAGE_TOO_LONG: _("The message is longer than 1,000 characters."),
    RowFault.DATE_UNREADABLE: _("This is not a day. Write it as 2027-12-24."),
    RowFault.DATE_UNCLEAR: _("Day and month cannot be told apart. Write it as 2027-12-24."),
    RowFault.DATE_PAST: _("This day is over."),
    RowFault.DATE_TOO_FAR: _("This day is more than a year away."),
    RowFault.LANGUAGE_UNKNOWN: _("We do not write in this language. Known are de, en, es, fr, ar."),
    RowFault.HAS_ONE: _("They have one of these from you already, or are being sent one."),
}

OUTCOMES: Mapping[str, str | Promise] = {
    RowOutcome.SENT: _("invited"),
    RowOutcome.ASSIGNED: _("assigned"),
    RowOutcome.PRINTED: _("printed"),
    RowOutcome.LEFT_OUT: _("left out: they have one"),
}

HANDOUTS: Mapping[str, str | Promise] = {
    HandoutStatus.JUDGED: _("to be confirmed"),
    HandoutStatus.CONFIRMED: _("being sent"),
    HandoutStatus.DONE: _("done"),
    HandoutStatus.DISCARDED: _("discarded"),
}

MODES: Mapping[str, str | Promise] = {
    Mode.INVITE: _("Invite by e-mail: they open the link and claim it with any address"),
    Mode.ASSIGN: _("Assign at once: it is theirs, and they sign in with this address"),
}

ROLES: Mapping[str, str | Promise] = {
    PartnerRole.OPERATOR: _("hands out"),
    PartnerRole.ADMIN: _("admin"),
}

REFUSALS: Mapping[str, str | Promise] = {
    "partner_suspended": _("Handing out is suspended."),
    "recipient_invalid": _("Nothing can be sent to this recipient."),
    "handout_not_clean": _("Not every row is good, and it was to be all of them or none."),
    "handout_closed": _("Nothing of this list is left to do."),
    "file_unreadable": _(
        "This cannot be read as a list of recipients. Save it as CSV with a column for addresses,"
        " as in the template."
    ),
    "file_too_large": _("This list is too long. Divide it into lists of 10,000 rows at most."),
    "entitlement_on_hold": _("It is suspended."),
    "entitlement_expired": _("Its validity is over."),
    "entitlement_reserved": _("It is reserved for somebody else."),
    "code_already_used": _("Somebody has it already."),
    "illegal_move": _("It does not stand in a way that allows this."),
    "stale_entitlement": _("It changed in this very moment. Try again."),
    "mail_invalid": _("This is not an e-mail address."),
    "gift_claimed": _("They have claimed it, so it is theirs."),
    "not_given": _("Nobody is being sent this."),
    "gift_already_sent": _("The mail has gone out."),
    "gift_not_sent": _("The mail has not gone out yet; it goes out on its day."),
    "gift_text_too_long": _("A name or the message is too long."),
    "gift_date_invalid": _(
        "It cannot be sent on this day: the day is over, or it would end first."
    ),
    "reservation_over": _("This reservation is over."),
    "reservation_invalid": _("It cannot be reserved like this: name a time that is to come."),
    "reservation_too_long": _("It cannot be reserved for as long as this."),
    "too_many_reserved": _("You have reserved as much as can be. Release something first."),
    "member_already": _("They act for you already, in another role."),
    "last_admin": _("This is the last admin. Make somebody else admin first."),
    "choice_invalid": _("Say which ones in one way: how many, which ones, or which numbers."),
    "not_free": _("Not all of these are free. Nothing was moved."),
    "not_handed_on": _("These were not handed on by you."),
    "not_a_sub_partner": _("This is not one of your sub-partners."),
    "not_found": _("There is no such thing here."),
}


def worded(table: Mapping[str, str | Promise], code: str) -> str:
    """Give the words for a code, or the code itself made readable."""
    return str(table.get(code) or code.replace("_", " "))


def refusal(code: str) -> str:
    """Say why something was refused."""
    if code in REFUSALS:
        return str(REFUSALS[code])
    return _now("It could not be done (%(code)s).") % {"code": code.replace("_", " ")}


def outcome(code: str) -> str:
    """Say what came of a row: carried out, or why not."""
    return str(OUTCOMES[code]) if code in OUTCOMES else refusal(code)


def too_few(left: int) -> str:
    """Say that fewer are free than were asked for."""
    return ngettext(
        "Only %(count)d is free. Nothing was done.",
        "Only %(count)d are free. Nothing was done.",
        left,
    ) % {"count": left}
