"""Who sends a mail once it is written: Django, or the host in its own way."""

from datetime import datetime
from typing import Protocol

from django.core.mail import EmailMultiAlternatives
from django.utils.module_loading import import_string

from counterfoil.conf import conf
from counterfoil.hosting.asking import answers_again, fitting, has_failed, in_time


class Mailer(Protocol):
    """
    Sends mails; made without arguments for each.

    Called outside of any transaction, in a thread of its own, and given up after
    ``COUNTERFOIL_ADAPTER_SECONDS``. Whatever it raises, the mail is tried again under the same
    ``Message-ID``, so let your provider drop what it has sent already.
    """

    def send(self, mail: EmailMultiAlternatives) -> None:
        """Hand a mail to whoever carries it; return nothing, or raise."""
        ...


def hand_over(mail: EmailMultiAlternatives, *, at: datetime) -> None:
    """
    Have a mail sent.

    :raises Exception: whatever the host's mailer, or Django's backend, raises.
    """
    if not conf.MAILER:
        mail.send()
        return
    try:
        sent = in_time("MAILER", lambda: import_string(conf.MAILER)().send(mail))
        fitting(sent, type(None))
    except Exception as error:
        has_failed("MAILER", error, at=at)
        raise
    answers_again("MAILER", at=at)
