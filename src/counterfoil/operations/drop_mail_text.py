"""Go back to the words a mail is shipped with."""

from datetime import datetime

from django.db import transaction

from counterfoil.models import MailText
from counterfoil.operations._auditing import note
from counterfoil.rules.mail_forms import form_named
from counterfoil.rules.people import Actor


@transaction.atomic
def drop_mail_text(*, key: str, language: str, by: Actor, at: datetime) -> bool:
    """
    Go back to the words a mail is shipped with in a language; tells whether it had others.

    Those end, and stay in the history.

    :raises MailUnknown: if there is no such mail.
    """
    form = form_named(key)
    used = MailText.objects.select_for_update().filter(
        template=form.key, language=language, ended_at=None
    )
    ended = list(used.values_list("pk", flat=True))
    used.update(ended_at=at)
    for one in ended:
        note(
            "drop_mail_text",
            connection=None,
            subject=f"{form.key} ({language})",
            by=by,
            at=at,
            data={"before": str(one), "after": None},
        )
    return bool(ended)
