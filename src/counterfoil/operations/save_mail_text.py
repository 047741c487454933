"""Give a mail other words."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import MailTextChanged
from counterfoil.models import MailText
from counterfoil.operations._auditing import note
from counterfoil.rules.mail_forms import form_named
from counterfoil.rules.mail_texts import Words, checked
from counterfoil.rules.people import Actor


@transaction.atomic
def save_mail_text(
    *, key: str, language: str, words: Words, instead_of: UUID | None, by: Actor, at: datetime
) -> MailText:
    """
    Give a mail other words in a language, from its next sending on.

    ``instead_of`` are the words they were written over, nothing for the shipped ones, so that
    nobody overwrites what they have not seen. Those end, and stay in the history. Saving what is
    there already changes nothing.

    :raises MailUnknown: if there is no such mail.
    :raises MailTextInvalid: if it cannot be sent in these words.
    :raises MailTextChanged: if somebody else has changed them in the meantime.
    """
    form = form_named(key)
    tidy = checked(form, words)
    now = (
        MailText.objects.select_for_update()
        .filter(template=form.key, language=language, ended_at=None)
        .first()
    )
    if now is not None and Words(subject=now.subject, body=now.body) == tidy:
        return now
    if (now.pk if now else None) != instead_of:
        raise MailTextChanged
    if now is not None:
        now.ended_at = at
        now.save(update_fields=["ended_at"])
    saved = MailText(
        template=form.key,
        language=language[:16],
        subject=tidy.subject,
        body=tidy.body,
        saved_by=(by.display or by.id)[:64],
        saved_at=at,
    )
    if not MailText.objects.bulk_create([saved], ignore_conflicts=True) or not _is_there(saved):
        raise MailTextChanged
    data = {"before": str(instead_of) if instead_of else None, "after": str(saved.pk)}
    note(
        "save_mail_text",
        connection=None,
        subject=f"{form.key} ({language})",
        by=by,
        at=at,
        data=data,
    )
    return saved


def _is_there(saved: MailText) -> bool:
    """Tell whether it was written, and not somebody else's at the same moment."""
    return MailText.objects.filter(pk=saved.pk).exists()
