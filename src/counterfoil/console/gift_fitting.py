"""Which acts of giving make sense as a gift stands, and why the others do not."""

from django.utils.translation import gettext as _

from counterfoil.queries.gifts import GiftStanding, TracedGift
from counterfoil.rules.acts import Act

UNSENT = {GiftStanding.CARD, GiftStanding.SCHEDULED}


def fits(act: Act, gift: TracedGift | None) -> bool:
    """Tell whether an act of giving makes sense as the gift stands; of others it knows nothing."""
    is_open = gift is not None and gift.is_open
    by_mail = is_open and gift is not None and gift.standing != GiftStanding.CARD
    match act:
        case Act.SET_GIFT:
            return gift is None or not is_open or gift.standing in UNSENT
        case Act.CANCEL_GIFT:
            return is_open
        case Act.CORRECT_RECIPIENT:
            return by_mail
        case Act.RESEND_CODE:
            return gift is None or gift.standing != GiftStanding.SCHEDULED
        case _:
            return True


def why_not(act: Act, gift: TracedGift | None) -> str:
    """Say why an act of giving makes no sense as the gift stands."""
    if act is Act.SET_GIFT:
        return _("It is a gift, and its mail has left. Correct the address, or call the gift off.")
    if act is Act.RESEND_CODE:
        return _("Its mail leaves on the day that was chosen; nothing was sent yet.")
    if gift is not None and gift.is_open:
        return _("It is a card that the buyer hands over; no mail brings it to anybody.")
    return _("It is not being given to anybody.")
