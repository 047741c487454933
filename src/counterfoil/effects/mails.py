"""
What each mail says.

Codes are opened, and tokens and digits drawn, at the moment of sending; the message is the only
place where they stand together with an address, and nobody keeps it. What stands in the mails of
one kind is composed by a function of its own, in the modules beside this one.
"""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone, translation

from counterfoil.conf import conf
from counterfoil.effects.addresses import stop_page
from counterfoil.effects.mail_accounts import account_news
from counterfoil.effects.mail_codes import codes
from counterfoil.effects.mail_gifts import gift, gift_news
from counterfoil.effects.mail_holders import fulfilled, sign_in
from counterfoil.effects.mail_partners import invitation
from counterfoil.effects.mail_parts import Compose
from counterfoil.effects.mail_passing_on import assigned, transfer, transfer_news
from counterfoil.effects.mail_reminders import expiry_warning, reminder
from counterfoil.effects.mail_staff import staff_news
from counterfoil.effects.stopping import stop_token
from counterfoil.effects.writing import write
from counterfoil.models import Delivery, DeliveryKind, Unsubscription
from counterfoil.operations.unsubscribe import STOPPABLE
from counterfoil.queries.people import zone_of_reader

CONTENTS: Mapping[DeliveryKind, Compose] = {
    DeliveryKind.CODES: codes,
    DeliveryKind.FULFILLED: fulfilled,
    DeliveryKind.INVITATION: invitation,
    DeliveryKind.SIGN_IN: sign_in,
    DeliveryKind.ASSIGNED: assigned,
    DeliveryKind.TRANSFER: transfer,
    DeliveryKind.TRANSFER_NEWS: transfer_news,
    DeliveryKind.REMINDER: reminder,
    DeliveryKind.EXPIRY_WARNING: expiry_warning,
    DeliveryKind.ACCOUNT_NEWS: account_news,
    DeliveryKind.GIFT: gift,
    DeliveryKind.GIFT_NEWS: gift_news,
    DeliveryKind.STAFF_NEWS: staff_news,
}
"""What a mail of each kind says: a template and its context, or nothing left to say."""

HEADERS = {"Auto-Submitted": "auto-generated"}
ONE_CLICK = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}  # RFC 8058


class Mail(EmailMultiAlternatives):
    """
    A mail of ours; providers that django-anymail knows are asked to leave its links alone.

    ``metadata`` is what they name again when a mail comes back.
    """

    metadata: Mapping[str, str]
    track_clicks = False
    track_opens = False


def compose(delivery: Delivery, *, at: datetime) -> Mail | None:
    """
    Compose the mail of a delivery as things stand now, or give ``None`` if nothing is left to say.

    Runs in the transaction that marks the attempt and writes the tokens of its links.
    """
    contact = delivery.target.contact()
    if contact is None:
        return None
    kind, headers = DeliveryKind(delivery.kind), dict(HEADERS)
    if kind in STOPPABLE and _is_stopped(delivery):
        return None
    content = CONTENTS[kind](delivery, at)
    if content is None:
        return None
    template, context = content
    if kind in STOPPABLE:
        url = stop_page(stop_token(delivery.target_id, kind))
        context = {**context, "unsubscribe_url": url}
        headers |= {"List-Unsubscribe": f"<{url}>", **ONE_CLICK}
    about = delivery.gift or delivery.purchase
    spoken = translation.override(language(contact.locale or (about.locale if about else "")))
    with spoken, timezone.override(zone_of_reader(delivery.target)):
        written = write(template, context)
    mail = Mail(
        subject=written.subject,
        body=written.text,
        from_email=conf.MAIL_FROM or None,
        to=[contact.mail],
        headers={"Message-ID": delivery.message_id, **headers},
    )
    mail.attach_alternative(written.html, "text/html")
    mail.metadata = {"delivery": str(delivery.pk)}
    return mail


def _is_stopped(delivery: Delivery) -> bool:
    stopped = Unsubscription.objects.filter(person=delivery.target_id, kind=delivery.kind)
    return stopped.exists()


def language(locale: str) -> str:
    """Give the nearest language the site speaks, or the site's own."""
    try:
        return translation.get_supported_language_variant(locale.replace("_", "-").lower())
    except LookupError:
        return settings.LANGUAGE_CODE
